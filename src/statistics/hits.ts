import { confusionOf, mean, sum } from './confusion.ts';
import { groupBy } from './group.ts';
import type { Prediction } from './prediction.ts';

/** `[speakers][classes]`, numbers of utterances by speaker and true class. */
export type Counts = readonly (readonly number[])[];

/** What WA and UA are made of, speaker by speaker. */
export interface Hits {
  /** sorted */
  readonly speakers: readonly string[];
  /** true utterances */
  readonly supports: Counts;
  /** those that are right */
  readonly hits: Counts;
}

/** The two accuracies, each in [0, 1]. */
export interface Accuracies {
  /** weighted accuracy: the part of all utterances that is right */
  readonly wa: number;
  /** unweighted accuracy: mean recall of the classes with at least one true utterance */
  readonly ua: number;
}

export function hitsOf(predictions: readonly Prediction[], classes: readonly string[]): Hits {
  const groups = groupBy(predictions, ({ speaker }) => speaker);
  const confusions = [...groups.values()].map((own) => confusionOf(own, classes));
  return {
    speakers: [...groups.keys()],
    supports: confusions.map((confusion) => confusion.map(sum)),
    hits: confusions.map((confusion) => confusion.map((row, c) => row[c]!)),
  };
}

/** The mean of several systems' hits on the same utterances. WA and UA are linear in the hits, so theirs are the means too. */
export const meanHits = (runs: readonly Counts[]): Counts =>
  runs[0]!.map((classes, speaker) => classes.map((_, c) => mean(runs.map((hits) => hits[speaker]![c]!))));

/** The hits of one system less those of another on the same utterances; WA and UA of it are the differences of theirs. */
export const less = (hits: Counts, other: Counts): Counts =>
  hits.map((classes, speaker) => classes.map((count, c) => count - other[speaker]![c]!));

/** Pooled figures of the given speakers, indices into the counts; one who is named twice counts twice. */
export function accuraciesOf(hits: Counts, supports: Counts, speakers: readonly number[]): Accuracies {
  const right = hits[0]!.map(() => 0);
  const all = hits[0]!.map(() => 0);
  for (const speaker of speakers) {
    for (const [c, count] of hits[speaker]!.entries()) right[c]! += count;
    for (const [c, count] of supports[speaker]!.entries()) all[c]! += count;
  }
  const recalls = right.flatMap((count, c) => (all[c] ? [count / all[c]] : []));
  return { wa: sum(right) / sum(all), ua: mean(recalls) };
}

/** Each speaker's share in the pooled figures of all: they add up to them. */
export function sharesOf(hits: Counts, supports: Counts): Accuracies[] {
  const all = supports[0]!.map((_, c) => sum(supports.map((classes) => classes[c]!)));
  const classes = all.filter(Boolean).length;
  return hits.map((own) => ({
    wa: sum(own) / sum(all),
    ua: sum(own.map((count, c) => (all[c] ? count / all[c] : 0))) / classes,
  }));
}
