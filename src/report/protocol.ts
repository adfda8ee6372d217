import { speakersOnBothSides } from '../corpus/both-sides.ts';
import { type Leak, leakOf, type Marks, markNames } from '../corpus/leaks.ts';
import type { ProtocolName } from '../corpus/protocols.ts';
import { marksOf } from '../run/marks.ts';
import { type Html, html } from './html.ts';
import type { Run } from './reported-run.ts';

/** What the folds of this run leak. */
const leakOfReport = ({ config, manifest }: Run): Leak | undefined =>
  leakOf({ protocol: config.options.protocol, ...manifest });

/** Whether figures of this run tell of speakers or recordings that its models have heard. */
const leaks = (run: Run): boolean => leakOfReport(run) !== undefined;

const marksOfReport = ({ config, manifest }: Run) => marksOf(config.options, manifest);

/** The title of a run's page, with what must be said with its figures. */
export const markedTitle = (run: Run, name: string): string => [...markNames(marksOfReport(run)), name].join(': ');

/** To be put beside every figure. */
export const badges = (run: Run): Html | null => badgesOf(marksOfReport(run));

/** The same of known marks. */
export const badgesOf = (marks: Marks): Html | null => {
  const names = markNames(marks);
  return names.length ? html`${names.map((name) => html` <span class="badge">${name}</span>`)}` : null;
};

/** What a reader must know before any figure. */
export const warnings = (run: Run): Html => html`${leakWarning(run)}${contaminationWarning(run)}`;

function contaminationWarning(run: Run): Html | null {
  if (!marksOfReport(run).contamination) return null;
  return html`<p class="leak"><strong>contamination unknown</strong>: the weights or the speech encoder that the folds start from do not say all that they were trained on.
They may have heard the speakers, or the very recordings, that they are tested on here.</p>`;
}

function leakWarning(run: Run): Html | null {
  const leak = leakOfReport(run);
  if (!leak) return null;
  const so = leak === 'speakers' ? 'say nothing about new speakers' : 'promise too much';
  return html`<p class="leak"><strong>LEAKS</strong>: ${whyLeaking(run, leak)} These figures ${so}.</p>`;
}

function whyLeaking({ config, manifest }: Run, leak: Leak): string {
  if (config.options.protocol === 'random-leaking')
    return 'utterances were divided at random, so speakers stand on both sides of the folds. This split is here to show what such a leak is worth, and for nothing else.';
  if (leak === 'recordings')
    return 'recordings or copies of them stand on both sides of folds, which was accepted; the audit below names them.';
  const heard = speakersOnBothSides(manifest.recordings);
  if (!heard.size)
    return 'the weights that folds start from have heard speakers who are tested, which was accepted; the audit below names them.';
  return `speakers stand on both sides of ${heard.size === 1 ? 'a fold' : `${heard.size} folds`}, which was accepted: ${[...heard].map(([fold, speakers]) => `${fold} (${speakers.join(', ')})`).join('; ')}.`;
}

/** How the corpus was divided, and what the models that scored had heard. */
export function protocolInWords(run: Run): Html {
  const { manifest, metrics, config } = run;
  const tested = manifest.recordings.filter(({ fold }) => fold !== undefined);
  const most = Math.max(...speakersByFold(tested).map((speakers) => speakers.size));
  const { protocol } = config.options;
  const across = { 'cross-corpus': 'both corpora', 'leave-one-corpus-out': 'two corpora' }[protocol as string];
  const heard = {
    speakers: 'Every utterance was scored by a model that never heard it, but may have heard its speaker.',
    recordings: 'Every utterance was scored by a model that may have heard it, or a copy of it.',
    none: `Every utterance was scored by a model that never heard its speaker${across ? `, as long as nobody speaks in ${across}` : ''}.`,
  }[leakOfReport(run) ?? 'none'];
  const shared = `A fold tests up to ${most} speakers with one model: what is peculiar to that model touches all of them, so they are not independent, and intervals over speakers are narrower than they should be.`;
  return html`<p>${WORDS[protocol](metrics.folds, manifest.recordings.length - tested.length, manifest.parts?.length ?? 2)} ${heard}${most > 1 && !leaks(run) ? ` ${shared}` : null}</p>`;
}

const WORDS: Readonly<Record<ProtocolName, (folds: number, onlyTrained: number, corpora: number) => string>> = {
  'leave-one-speaker-out': (folds) =>
    `One speaker left out at a time: each of ${folds} folds tests one speaker, with a model trained on all others.`,
  'leave-one-session-out': (folds) =>
    `One recording session left out at a time: each of ${folds} folds tests the speakers of one session, with a model trained on all others.`,
  'leave-one-corpus-out': (folds) =>
    `One corpus left out at a time: each of ${folds} folds tests one corpus, with a model trained on all others.`,
  'speaker-folds': (folds) =>
    `Folds of whole speakers: each of ${folds} folds tests some of the speakers, with a model trained on all others; classes are balanced as well as whole speakers allow.`,
  'random-leaking': (folds) =>
    `A random split: each of ${folds} folds tests some of the utterances, drawn class by class, with a model trained on all others.`,
  split: (folds) =>
    `A division that others published: each of ${folds} folds tests some of the utterances, with a model trained on all others.`,
  'train-on-all': () => 'One model was trained on every recording, and nothing was tested.',
  'cross-corpus': (_, onlyTrained, corpora) =>
    `Across corpora: one model was trained on the ${onlyTrained} recordings of ${corpora > 2 ? `${corpora - 1} corpora` : 'one corpus'} and tested on another.`,
};

function speakersByFold(tested: readonly { readonly speaker: string; readonly fold?: string }[]): Set<string>[] {
  const folds = new Map<string, Set<string>>();
  for (const { speaker, fold } of tested) folds.set(fold!, (folds.get(fold!) ?? new Set()).add(speaker));
  return [...folds.values()];
}
