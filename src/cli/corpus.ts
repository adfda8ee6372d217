import { Command } from 'commander';
import type { LabelUse } from '../corpus/assign-classes.ts';
import { auditCorpus } from '../corpus/audit.ts';
import type { Finding } from '../corpus/findings.ts';
import { divideBySplit, readSplit } from '../corpus/split.ts';
import { type CorpusSummary, foldShares, type Share, soundFacts, summaryOf } from '../corpus/summary.ts';
import { duration } from '../duration.ts';
import { paragraphs, tableLines } from '../plain-table.ts';
import { count } from '../text.ts';
import { inFlags } from './flags.ts';
import { showProgress } from './progress.ts';
import { addReadingOptions, type ReadingFlags, readAndWarn, readingOptions } from './reading.ts';
import { print, printJson } from './terminal.ts';

/** What `attune corpus --json` prints. */
interface CorpusReport extends CorpusSummary {
  /** what of a table is not used, and what spoils recordings, such as silence; absent where nothing */
  readonly warnings?: readonly string[];
  /** what the folds of a split test; absent: no split was given */
  readonly folds?: readonly Share[];
  /** the corpus's own labels and what each is taken for */
  readonly labels: readonly LabelUse[];
  readonly audit: readonly Finding[];
}

interface Flags extends ReadingFlags {
  split?: string;
  json?: true;
}

export function corpusCommand(): Command {
  const command = new Command('corpus')
    .description(
      'Show what a corpus holds: classes, speakers, durations, rates, what is left out, and what the audit finds.',
    )
    .argument(
      '<dir>',
      'folder of recordings, or a CSV file that lists them (columns file,emotion,speaker[,start,end,session,gender,script])',
    )
    .option(
      '--split <path>',
      "audit the folds that others published too: a CSV with utterance,fold, or EmoBox's folder of lists",
    )
    .option('--json', 'print everything as JSON');
  return addReadingOptions(command).action(async (directory: string, flags: Flags) => {
    const { corpus: whole, labels } = await readAndWarn(directory, readingOptions(flags));
    const divided = flags.split === undefined ? undefined : await divideBySplit(whole, await readSplit(flags.split));
    const corpus = divided?.corpus ?? whole;
    const { onEvent, signal, end } = showProgress();
    const report = async (): Promise<CorpusReport> => {
      const facts = await soundFacts(corpus, {
        signal,
        onProgress: (done, inAll) => onEvent({ event: 'read', done, inAll }),
      });
      const warnings = [...(corpus.warnings ?? [])];
      const onWarning = (warning: string) => {
        onEvent({ event: 'warning', text: warning });
        warnings.push(warning);
      };
      for (const warning of divided?.warnings ?? []) onWarning(warning);
      const audit = await auditCorpus(corpus, {
        ...{ signal, onWarning, ...(divided && { folds: divided.folds }) },
        onProgress: (done, inAll) => onEvent({ event: 'compared', done, inAll }),
      });
      const folds = divided && { folds: foldShares(corpus, divided.folds) };
      return { ...summaryOf(corpus, facts), ...folds, labels, ...(warnings.length && { warnings }), audit };
    };
    const found = await report().finally(end);
    if (flags.json) printJson(found);
    else print(asText(found));
  });
}

function asText(report: CorpusReport): string[] {
  const { name, directory, utterances, speakers, genders, sessions, durations, rates, leftOut, folds, labels, audit } =
    report;
  const names = Object.keys(report.classes);
  const seconds = (value: number) => `${value.toFixed(2)} s`;
  const bySpeaker = speakers.map((speaker) => [speaker.name, speaker.gender ?? '–', ...counts(speaker)]);
  const shares = (list: readonly Share[]) =>
    list.map((share) => [share.name, String(share.speakers), ...counts(share)]);
  const parts = [
    `${name}: ${count(utterances, 'utterance')} of ${count(speakers.length, 'speaker')}, ${duration(durations.totalSeconds)}, in ${directory}`,
    tableLines([['speaker', 'gender', ...names, 'all'], ...bySpeaker, ['all', '', ...counts(report)]]),
    tableLines([['gender', 'speakers', ...names, 'all'], ...shares(genders)]),
    sessions.length > 0 && tableLines([['session', 'speakers', ...names, 'all'], ...shares(sessions)]),
    folds && tableLines([['tested by fold', 'speakers', ...names, 'all'], ...shares(folds)]),
    tableLines([
      ['label', 'taken for', 'recordings'],
      ...labels.map(({ label, emotion, recordings }) => [label, emotion ?? 'left out', String(recordings)]),
    ]),
    Object.keys(leftOut).length > 0
      ? tableLines([
          ['left out because', 'recordings'],
          ...Object.entries(leftOut).map(([why, number]) => [why, String(number)]),
        ])
      : 'No recording of the folder is left out.',
    `Durations: ${seconds(durations.minSeconds)} to ${seconds(durations.maxSeconds)}, median ${seconds(durations.medianSeconds)}; ${durations.shorterThan2Seconds} shorter than 2 s.`,
    tableLines([
      ['rate', 'channels', 'recordings'],
      ...rates.map((rate) => [`${rate.sampleRate} Hz`, String(rate.channels), String(rate.utterances)]),
    ]),
    audit.length
      ? [
          'Audit:',
          ...audit.map(({ code, message, fatal }) => `- ${code}${fatal ? '' : ' (a note)'}: ${inFlags(message)}`),
        ]
      : 'Audit: nothing found.',
  ];
  return paragraphs(parts.filter((part) => part !== false && part !== undefined));
}

const counts = ({ classes, utterances }: Pick<Share, 'classes' | 'utterances'>) =>
  [...Object.values(classes), utterances].map(String);
