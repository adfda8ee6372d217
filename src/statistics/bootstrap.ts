import { Random } from '../random.ts';
import { type Confusion, type Scores, scoresOf, sum, total } from './confusion.ts';
import type { JackknifeIntervals } from './jackknife.ts';

/** A percentile interval, in the unit of its figure. */
export interface Interval {
  /** the 2.5th percentile of the draws */
  readonly low: number;
  /** the 97.5th percentile of the draws */
  readonly high: number;
}

/** Intervals of the pooled figures, with what a reader must know of them. */
export interface Intervals {
  /** of the weighted accuracy; null below six speakers, and where nearly every draw lacks a class */
  readonly wa: Interval | null;
  /** of the unweighted accuracy; null where that of the weighted one is */
  readonly ua: Interval | null;
  /** of the mean F1; null where that of the weighted accuracy is */
  readonly macroF1: Interval | null;
  /** part of the draws within the interval: 0.95 */
  readonly level: number;
  /** the number of speakers, which are what is drawn */
  readonly speakers: number;
  /** draws that count; 0 where there are no intervals */
  readonly draws: number;
  /** further draws that lacked a class and were drawn again */
  readonly redrawn: number;
  /** what the intervals are and how far they can be trusted, or why there are none; to be printed with them */
  readonly note: string;
  /** beside them, by another way that few speakers mislead less; absent in `metrics.json` of older versions */
  readonly jackknife?: JackknifeIntervals;
}

/** How the intervals are drawn. */
export interface BootstrapOptions {
  /** of the draws, a whole number from 0 to 2^32 - 1: the same gives the same intervals */
  readonly seed: number;
  /** of as many speakers as there are; at least 1, default 2000 */
  readonly draws?: number;
}

/** Fewer speakers say too little of how speakers differ. */
export const FEWEST_SPEAKERS = 6;

/** Part of the draws within an interval. */
export const LEVEL = 0.95;

/** Where more draws than so many times those asked for lack a class, nearly all do, and the others tell little of the speakers. */
const MOST_REDRAWN = 50;

/**
 * 95 % percentile intervals of WA, UA and macro-F1: speakers are drawn with replacement, each with all of his or her
 * utterances, and the pooled figure is calculated again. A draw that lacks a class of the full data is drawn again, since
 * its UA would be a mean over other classes; how often is counted. Where nearly all do, there are no intervals.
 *
 * Efron and Tibshirani (1993), An Introduction to the Bootstrap, chapters 8 and 13; percentiles between two draws are
 * interpolated linearly.
 *
 * @param bySpeaker one confusion matrix a speaker; their order matters to the draws, so give them sorted
 */
export function bootstrapSpeakers(bySpeaker: readonly Confusion[], options: BootstrapOptions): Intervals {
  const speakers = bySpeaker.length;
  const none = { wa: null, ua: null, macroF1: null, level: LEVEL, speakers, draws: 0, redrawn: 0 };
  if (speakers < FEWEST_SPEAKERS) return { ...none, note: intervalNote(speakers) };
  const { drawn, redrawn } = drawSpeakers(
    bySpeaker.map((confusion) => confusion.map(sum)),
    options,
  );
  if (!drawn.length) return { ...none, redrawn, note: intervalNote(speakers, false) };
  const scores: Scores[] = drawn.map((draw) => scoresOf(total(draw.map((speaker) => bySpeaker[speaker]!))));
  const interval = (key: keyof Scores) => percentileInterval(scores.map((score) => score[key]));
  return {
    ...none,
    ...{ wa: interval('wa'), ua: interval('ua'), macroF1: interval('macroF1'), draws: drawn.length, redrawn },
    note: intervalNote(speakers),
  };
}

/**
 * What intervals over this many speakers are, or why there are none.
 *
 * @param drawn whether draws of the speakers have all classes
 */
export const intervalNote = (speakers: number, drawn = true): string =>
  speakers < FEWEST_SPEAKERS
    ? `no intervals: they take at least ${FEWEST_SPEAKERS} speakers, there are ${speakers}`
    : !drawn
      ? NONE_DRAWN
      : `95 % percentile intervals by bootstrap over ${speakers} speakers, resampled whole; with few speakers they are too narrow`;

/** What is said where {@link drawSpeakers} gives up. */
const NONE_DRAWN = 'no percentile intervals: nearly every draw of speakers lacks a class, since few speakers have it';

export interface SpeakerDraws {
  /** `[draws][speakers]`, indices of speakers; empty where nearly every draw lacks a class */
  readonly drawn: readonly (readonly number[])[];
  /** further draws that lacked a class and were drawn again, or for nothing */
  readonly redrawn: number;
}

/**
 * As many speakers as there are, drawn with replacement, many times. The same seed and the same speakers give the same draws.
 *
 * @param supports `[speakers][4]`, true utterances of each class
 */
export function drawSpeakers(
  supports: readonly (readonly number[])[],
  { seed, draws = 2000 }: BootstrapOptions,
): SpeakerDraws {
  const random = Random.named(seed, 'bootstrap over speakers');
  const everyone = supports.map((_, speaker) => speaker);
  // a draw never has a class that the full data lacks, so their number tells
  const classesIn = (draw: readonly number[]) =>
    supports[0]!.filter((_, c) => draw.some((speaker) => supports[speaker]![c])).length;
  const present = classesIn(everyone);
  const drawn: number[][] = [];
  let redrawn = 0;
  while (drawn.length < draws) {
    const draw = everyone.map(() => random.integer(supports.length));
    if (classesIn(draw) === present) drawn.push(draw);
    else if (++redrawn > MOST_REDRAWN * draws) return { drawn: [], redrawn };
  }
  return { drawn, redrawn };
}

/** The middle 95 % of the values, their order being of no account. */
export function percentileInterval(values: readonly number[]): Interval {
  const sorted = Float64Array.from(values).sort();
  return { low: percentile(sorted, (1 - LEVEL) / 2), high: percentile(sorted, (1 + LEVEL) / 2) };
}

/** The value below which `part` of the sorted values lie, interpolated linearly. */
function percentile(sorted: Float64Array, part: number): number {
  const at = part * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (at - below) * (sorted[above]! - sorted[below]!);
}
