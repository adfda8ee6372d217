import * as v from 'valibot';
import { numeric, type Options } from '../arguments.ts';
import { AttuneError } from '../errors.ts';
import { checkArgument, SEED } from '../json.ts';
import { byCodeUnits } from './adapter.ts';
import { balancedFolds } from './balanced-folds.ts';
import { classesOf } from './classes.ts';
import { labelOf } from './parts.ts';
import { type Corpus, type Fold, UTTERANCES, type Utterance } from './utterance.ts';

/**
 * How a corpus is divided into what is trained on and what is tested.
 *
 * - `leave-one-speaker-out`: a fold a speaker (section 3.1 of the paper).
 * - `leave-one-session-out`: a fold a recording session, as IEMOCAP has five of two speakers each.
 * - `leave-one-corpus-out`: a fold a corpus, where several were put together; all others are trained on.
 * - `speaker-folds`: some folds of whole speakers, classes balanced as well as speakers allow.
 * - `random-leaking`: some folds of utterances, stratified by class, speakers on both sides. Not an estimate of anything: it is here to
 *   show what such a leak is worth.
 * - `train-on-all`: nothing is tested; for weights that are to be used.
 * - `split`: folds that others published, with whatever they leak; `readSplit` reads them, and `crossValidate` takes them as `split`.
 * - `cross-corpus`: one corpus, or several put together, is trained on and another tested; `crossValidate` takes the tested one as `testOn`.
 */
export const PROTOCOLS = [
  'leave-one-speaker-out',
  'leave-one-session-out',
  'leave-one-corpus-out',
  'speaker-folds',
  'random-leaking',
  'train-on-all',
  'split',
  'cross-corpus',
] as const;
/** One of {@link PROTOCOLS}. */
export type ProtocolName = (typeof PROTOCOLS)[number];

/** How to divide a corpus into folds. */
export interface ProtocolOptions {
  /** any but `train-on-all`, `split` and `cross-corpus`, which divide no corpus by themselves */
  readonly protocol: ProtocolName;
  /** for `speaker-folds` and `random-leaking`, which must have it: 2 or more */
  readonly folds?: number;
  /** decides between equal divisions, for the same two; the others do not depend on it */
  readonly seed: number;
}

const OPTIONS = v.strictObject({
  ...{ protocol: v.picklist(PROTOCOLS), folds: v.optional(numeric), seed: SEED },
} satisfies Options<ProtocolOptions>);

/** Whether the protocol divides by a number of folds that the user chooses. */
export const takesFolds = (protocol: ProtocolName): boolean =>
  protocol === 'speaker-folds' || protocol === 'random-leaking';

/**
 * The folds of a protocol, sorted by name. Every utterance is tested once. A set may lack a class, which the audit looks for where it
 * is the training set. The names of folds that leak say so: `leaking-1`.
 *
 * @throws AttuneError `corpus` where the corpus has too few speakers, sessions or utterances; `usage` where the number of folds is missing or out of range, or the protocol divides nothing
 *
 * @example
 * ```ts
 * import { foldsOf, readCorpus } from 'attune/node';
 *
 * const corpus = await readCorpus('emodb');
 * for (const { name, train, test } of foldsOf(corpus, { protocol: 'leave-one-speaker-out', seed: 1 }))
 *   console.log(`fold ${name}: ${train.length} utterances to train on, ${test.length} to test`);
 * ```
 */
export function foldsOf(corpus: Pick<Corpus, 'utterances' | 'classes' | 'parts'>, options: ProtocolOptions): Fold[] {
  checkArgument(corpus, UTTERANCES, 'the corpus');
  checkArgument(options, OPTIONS, 'the options');
  const { utterances } = corpus;
  const { protocol, folds, seed } = options;
  const classes = classesOf(corpus);
  switch (protocol) {
    case 'leave-one-speaker-out':
      return leaveOneSpeakerOut(corpus);
    case 'leave-one-session-out':
      return leaveOneSessionOut(corpus);
    case 'leave-one-corpus-out':
      return leaveOneCorpusOut(corpus);
    case 'speaker-folds': {
      const speakers = groupsOf(utterances, ({ speaker }) => speaker);
      const number = checkFolds(folds, speakers.size, 'speakers');
      return numbered(utterances, balancedFolds(speakers, { folds: number, seed, classes }));
    }
    case 'random-leaking': {
      const alone = groupsOf(utterances, ({ id }) => id);
      const number = checkFolds(folds, utterances.length, 'utterances');
      const parts = balancedFolds(alone, { folds: number, seed, classes });
      return numbered(utterances, parts, 'leaking-');
    }
    case 'train-on-all':
      throw new AttuneError('usage', 'train-on-all tests nothing: it is what attune train does');
    case 'split':
      throw new AttuneError('usage', 'the protocol split takes the folds of others: give `split`');
    case 'cross-corpus':
      throw new AttuneError('usage', 'cross-corpus takes a second folder, the corpus to test on: give `testOn`');
  }
}

/** One fold a speaker, named after the one who is tested; everybody else is trained on (section 3.1). */
export function leaveOneSpeakerOut({ utterances }: Pick<Corpus, 'utterances'>): Fold[] {
  const speakers = groupsOf(utterances, ({ speaker }) => speaker);
  if (speakers.size < 2) {
    const found = speakers.size ? `there is one, ${[...speakers.keys()][0]}` : 'there is none';
    throw new AttuneError(
      'corpus',
      `leaving one speaker out takes at least two speakers, but ${found}: add recordings`,
    );
  }
  return [...speakers].map(([name, test]) => foldOf(utterances, name, test));
}

/** Name of the one fold of `train-on-all`. */
export const TRAINED_ON_ALL = 'all';

/** One fold that trains on everything and tests nothing. */
export const trainedOnAll = ({ utterances }: Pick<Corpus, 'utterances'>): Fold[] => [
  foldOf(utterances, TRAINED_ON_ALL, []),
];

/** One fold a recording session. Sessions must not share speakers. */
function leaveOneSessionOut({ utterances }: Pick<Corpus, 'utterances'>): Fold[] {
  const without = utterances.filter(({ session }) => session === undefined);
  if (without.length)
    throw new AttuneError(
      'corpus',
      `leaving one session out takes a session for every utterance, but ${without.length} of ${utterances.length} have none, such as ${without[0]!.id}: choose another \`protocol\``,
    );
  const sessions = groupsOf(utterances, ({ session }) => session!);
  if (sessions.size < 2)
    throw new AttuneError(
      'corpus',
      `leaving one session out takes at least two sessions, but there is one, ${[...sessions.keys()][0]}`,
    );
  return [...sessions].map(([name, test]) => foldOf(utterances, name, test));
}

/** One fold a corpus, named after the one that is tested. */
function leaveOneCorpusOut({ utterances, parts }: Pick<Corpus, 'utterances' | 'parts'>): Fold[] {
  if (!parts)
    throw new AttuneError(
      'usage',
      'leaving one corpus out takes two corpora or more, but there is one: give several folders, or choose another `protocol`',
    );
  return [...groupsOf(utterances, ({ id }) => labelOf(id))].map(([name, test]) => foldOf(utterances, name, test));
}

/** Folds named 1, 2, ... of which each tests one of `parts`. */
function numbered(utterances: readonly Utterance[], parts: readonly (readonly Utterance[])[], before = ''): Fold[] {
  const digits = String(parts.length).length;
  return parts.map((test, i) => foldOf(utterances, `${before}${String(i + 1).padStart(digits, '0')}`, test));
}

function foldOf(utterances: readonly Utterance[], name: string, test: readonly Utterance[]): Fold {
  const tested = new Set(test);
  const train = utterances.filter((utterance) => !tested.has(utterance));
  return { name, train, test: utterances.filter((utterance) => tested.has(utterance)) };
}

function checkFolds(folds: number | undefined, most: number, what: string): number {
  if (folds === undefined || !Number.isInteger(folds) || folds < 2)
    throw new AttuneError('usage', `expected a number of folds of 2 or more, got ${folds ?? 'none'}`);
  if (folds > most)
    throw new AttuneError('usage', `${folds} folds take at least as many ${what}, but there are ${most}: give fewer`);
  return folds;
}

/** Utterances by key, sorted by key. */
function groupsOf(utterances: readonly Utterance[], key: (utterance: Utterance) => string) {
  const groups = new Map<string, Utterance[]>();
  for (const name of [...new Set(utterances.map(key))].sort(byCodeUnits)) groups.set(name, []);
  for (const utterance of utterances) groups.get(key(utterance))!.push(utterance);
  return groups;
}
