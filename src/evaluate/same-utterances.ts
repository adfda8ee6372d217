import { classesOf } from '../corpus/classes.ts';
import { nameKey } from '../corpus/spelling.ts';
import { AttuneError } from '../errors.ts';
import type { Prediction } from '../statistics/prediction.ts';
import type { ComparedRun } from './compared-runs.ts';

/** How many of each kind are named. */
const NAMED = 3;

/**
 * Refuses runs that were not scored on the same utterances with the same true classes and speakers, and, where both have a manifest, of
 * the same audio.
 *
 * @throws AttuneError `run` that counts the differences and names the first of each kind
 */
export function refuseOtherUtterances(first: ComparedRun, other: ComparedRun): void {
  refuseOtherClasses(first, other);
  const [before, after] = [first, other].map(
    ({ predictions }) => new Map(predictions.map((prediction) => [prediction.utterance, prediction])),
  ) as [Map<string, Prediction>, Map<string, Prediction>];
  const both = [...before.keys()].filter((utterance) => after.has(utterance));
  const otherwise = (key: 'emotion' | 'speaker') =>
    both
      .filter((utterance) => nameKey(before.get(utterance)![key]) !== nameKey(after.get(utterance)![key]))
      .map((utterance) => `${utterance} (${before.get(utterance)![key]}, ${after.get(utterance)![key]})`);
  const found = [
    told(
      'only in the first',
      [...before.keys()].filter((utterance) => !after.has(utterance)),
    ),
    told(
      'only in the second',
      [...after.keys()].filter((utterance) => !before.has(utterance)),
    ),
    told('with another true class', otherwise('emotion')),
    told('with another speaker', otherwise('speaker')),
    told('of other audio, by the hashes of manifest.json', otherAudio(first, other, both)),
  ].filter(Boolean);
  if (found.length)
    throw new AttuneError(
      'run',
      `${first.run} and ${other.run} were not scored on the same utterances: ${found.join('; ')}. Compare runs of one corpus, read with the same options.`,
    );
}

/**
 * Systems whose runs were scored on the same utterances, with one spelling of each speaker, so that speakers have the same order in all of
 * them: that of the first run, and there the one that comes first by code units.
 *
 * @throws AttuneError `run` as {@link refuseOtherUtterances} does
 */
export function withOneSpelling<Run extends ComparedRun>(systems: readonly (readonly Run[])[]): Run[][] {
  const [first, ...others] = systems.flat();
  for (const other of others) refuseOtherUtterances(first!, other);
  const spellings = new Map<string, string>();
  for (const { speaker } of first?.predictions ?? []) {
    const [key, known] = [nameKey(speaker), spellings.get(nameKey(speaker))];
    if (known === undefined || speaker < known) spellings.set(key, speaker);
  }
  const respelled = (one: Prediction) => ({ ...one, speaker: spellings.get(nameKey(one.speaker))! });
  return systems.map((runs) => runs.map((run) => ({ ...run, predictions: run.predictions.map(respelled) })));
}

/** The order of classes changes no figure of a comparison. */
function refuseOtherClasses(first: ComparedRun, other: ComparedRun): void {
  const [before, after] = [classesOf(first), classesOf(other)];
  if (before.length === after.length && before.every((name) => after.includes(name))) return;
  throw new AttuneError(
    'run',
    `${first.run} and ${other.run} tell other classes apart: ${before.join(', ')}, and ${after.join(', ')}. Compare runs of the same classes.`,
  );
}

/** Utterances whose files differ; none where a run has no manifest. */
function otherAudio(first: ComparedRun, other: ComparedRun, utterances: readonly string[]): string[] {
  if (!first.manifest || !other.manifest) return [];
  const [before, after] = [first.manifest, other.manifest].map(
    ({ recordings }) => new Map(recordings.map(({ utterance, sha256 }) => [utterance, sha256])),
  );
  return utterances.filter((utterance) => before!.get(utterance) !== after!.get(utterance));
}

function told(kind: string, utterances: readonly string[]): string {
  if (!utterances.length) return '';
  const more = utterances.length > NAMED ? ' and others' : '';
  return `${utterances.length} ${kind}: ${utterances.slice(0, NAMED).join(', ')}${more}`;
}

/** Whether two runs divide their utterances into the same folds, whatever these are called. */
export function sameFolds(first: readonly Prediction[], other: readonly Prediction[]): boolean {
  const folds = new Map(other.map(({ utterance, fold }) => [utterance, fold]));
  const pairs = new Set(first.map(({ utterance, fold }) => JSON.stringify([fold, folds.get(utterance)])));
  const count = (predictions: readonly Prediction[]) => new Set(predictions.map(({ fold }) => fold)).size;
  return pairs.size === count(first) && pairs.size === count(other);
}
