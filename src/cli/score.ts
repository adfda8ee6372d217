import { Command, Option } from 'commander';
import type { LabelOptions } from '../corpus/labels.ts';
import { markNames, markNotes, outsideNote } from '../corpus/leaks.ts';
import { AttuneError } from '../errors.ts';
import { type OutsideScore, scoreOutside } from '../evaluate/outside/score.ts';
import { metricsOfScore, refuseOtherOut, writeScore } from '../evaluate/outside/write.ts';
import { scoreTransductively, type TransductiveScore } from '../evaluate/transductive.ts';
import { inPercent } from '../percent.ts';
import { tableLines } from '../plain-table.ts';
import { classifierFiles } from '../recognize/hugging-face/folder.ts';
import { isNothing } from '../recognize/source-shift.ts';
import { calibrationOf } from '../statistics/calibration.ts';
import { addAcceptOption, cacheOption } from './options.ts';
import { showProgress } from './progress.ts';
import { addReadingOptions, labels, type ReadingFlags, readAndWarn, readingOptions } from './reading.ts';
import { metricsTable, range } from './tables.ts';
import { print, printJson } from './terminal.ts';
import { cores, seed } from './values.ts';

interface Flags extends ReadingFlags {
  model?: string;
  predictions?: string;
  predictedLabels?: LabelOptions;
  normalize?: 'speaker';
  mixed?: true;
  out?: string;
  accept: string[];
  seed: number;
  threads?: number;
  cache: string;
  json?: true;
}

const NOTES = `
What such a system has heard is not known, so every figure is marked
"contamination unknown". A folder of \`attune export\` says what its weights were
trained on, and is refused where that is tested.

A table of predictions has a row an utterance: a column
utterance, file or path; one predicted, label or emotion; and perhaps one a
class such as p_angry. What \`attune recognize --format csv\` writes is such a
table. Labels mean the class of their name, or of the same English word.

  attune score emodb --model models/wav2vec2-emotion --out runs/wav2vec2
  attune score emodb --predictions tool.csv --predicted-labels 'ignored=fear,disgust'
  attune compare runs/emodb runs/wav2vec2

With --normalize speaker, <dir> is the folder of a finished run, of \`crossval\` or
of --out here. Each test speaker's own answers are then known to the others, so
its figures are transductive: they never stand for the run's own.

  attune score runs/emodb --normalize speaker`;

export function scoreCommand(): Command {
  const command = new Command('score')
    .description(
      'Score a system that was made elsewhere on a corpus: an audio classifier, or what a tool has said of each recording.',
    )
    .argument('<dir>', 'folder of recordings, or a CSV file that lists them; `attune corpus` shows what is in it')
    .addOption(
      new Option('--model <dir>', "an audio classifier in Hugging Face's layout, with ONNX").conflicts('predictions'),
    )
    .option('--predictions <file>', 'CSV of what a tool has said')
    .option(
      '--predicted-labels <map>',
      "the system's own labels of a class, such as happy=hap,exc, or those that count for nothing, ignored=fear; may be given again",
      labels,
    )
    .addOption(
      new Option(
        '--normalize <by>',
        'of a finished run: its figures once more, each test speaker against the own mean of all that is said by them (transductive)',
      )
        .choices(['speaker'])
        .conflicts(['model', 'predictions', 'predictedLabels', 'out']),
    )
    .option(
      '--mixed',
      'with --normalize: each speaker says every class about equally often, so take the plain mean out',
    )
    .option('--out <run>', 'folder for predictions, figures and report (default: none is written)')
    .option('--seed <n>', 'of intervals', seed, 1)
    .option('--threads <n>', 'of the model (default: all cores)', cores)
    .option('--json', 'print metrics.json instead of a table')
    .addOption(cacheOption())
    .addHelpText('after', NOTES);
  return addAcceptOption(addReadingOptions(command)).action(score);
}

async function score(directory: string, flags: Flags): Promise<void> {
  const { out, predictedLabels, accept, seed, threads, cache } = flags;
  if (flags.normalize) {
    const normalized = await scoreTransductively(directory, seed, { mixed: flags.mixed === true });
    return flags.json ? printJson(normalized) : print(transductiveTable(normalized));
  }
  if (flags.mixed) throw new AttuneError('usage', '--mixed is for --normalize speaker: give that too, or leave it out');
  const system = systemOf(flags);
  const reading = readingOptions(flags);
  const { corpus } = await readAndWarn(directory, reading);
  if (out !== undefined) await refuseOtherOut(out, corpus, [flags.predictions, ...classifierFiles(flags.model)]);
  const { onEvent, signal, end } = showProgress();
  const asked = { corpus, reading, system, predictedLabels, accept, seed, threads, cache };
  const scored = await scoreOutside({ ...asked, onEvent, signal }).finally(end);
  const metrics = metricsOfScore(scored);
  if (out !== undefined) await writeScore(out, scored, metrics);
  const { leaks } = metrics;
  const notes = [...markNotes(leaks ? { leaks } : {}, 'its training and this test'), outsideNote()];
  if (flags.json) printJson(metrics);
  else print([...metricsTable(metrics, notes), '', ...calibrationLines(scored, metrics.emotions)]);
}

/** Figures of speakers against their own means, beside those of the run. */
function transductiveTable({ alone, transductive, speakers, mixed }: TransductiveScore): string[] {
  const taken = speakers.filter(({ shift }) => !isNothing(shift)).length;
  const lean = taken < speakers.length && !mixed ? ' Where answers lean to few classes, nothing is.' : '';
  const row = (name: string, key: 'wa' | 'ua' | 'macroF1') => [
    [name, ...markNames(alone)].join(' '),
    ...[alone, transductive].flatMap((metrics) => [
      inPercent(metrics[key]),
      range(metrics.intervals.jackknife?.[key] ?? null),
    ]),
  ];
  return [
    ...markNotes(alone),
    'Transductive: each answer of the second kind depends on all that the same speaker says in the run. What',
    'a speaker is compared with is told by the other test speakers, whose labels it uses.',
    `Taken out: the ${mixed ? 'plain' : 'own'} mean of ${taken} of ${speakers.length} test speakers.${lean}`,
    '',
    ...tableLines([
      ['%', 'alone', 'jackknife-t', 'transductive', 'jackknife-t'],
      ...[row('WA', 'wa'), row('UA', 'ua'), row('macro-F1', 'macroF1')],
    ]),
  ];
}

function systemOf({ model, predictions }: Flags): { readonly model: string } | { readonly predictions: string } {
  if (model !== undefined) return { model };
  if (predictions !== undefined) return { predictions };
  throw new AttuneError('usage', 'expected --model or --predictions, got neither; name what is to be scored');
}

/** How far the probabilities can be believed. */
function calibrationLines({ config, predictions }: OutsideScore, classes: readonly string[]): string[] {
  if (!config.options.system.probabilities)
    return ['It gives no probabilities, so nothing is said of their calibration.'];
  const { nll, ece, brier } = calibrationOf(predictions, classes);
  const guess = Math.log(classes.length);
  return tableLines([
    ['probabilities', 'contamination unknown', 'an even guess'],
    ['NLL, nats', nll.toFixed(3), guess.toFixed(3)],
    ['ECE', ece.toFixed(3), ''],
    ['Brier, 0 to 2', brier.toFixed(3), (1 - 1 / classes.length).toFixed(3)],
  ]);
}
