import { Random } from '../random.ts';
import { type Confusion, type Scores, scoresOf, sum } from './confusion.ts';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Intervals of the pooled figures, with what a reader must know of them. */
export interface Intervals {
  /** null below {@link FEWEST_SPEAKERS} speakers */
  readonly wa: Interval | null;
  readonly ua: Interval | null;
  readonly macroF1: Interval | null;
  /** part of the draws within the interval */
  readonly level: number;
  readonly speakers: number;
  /** draws that count; 0 where there are no intervals */
  readonly draws: number;
  /** further draws that lacked a class and were drawn again */
  readonly redrawn: number;
  /** what the intervals are and how far they can be trusted, or why there are none; to be printed with them */
  readonly note: string;
}

export interface BootstrapOptions {
  readonly seed: number;
  /** at least 1; default 2000 */
  readonly draws?: number;
}

/** Fewer speakers say too little of how speakers differ. */
const FEWEST_SPEAKERS = 6;

const LEVEL = 0.95;

/**
 * 95 % percentile intervals of WA, UA and macro-F1: speakers are drawn with replacement, each with all of his or her
 * utterances, and the pooled figure is calculated again. A draw that lacks a class of the full data is drawn again, since
 * its UA would be a mean over other classes; how often is counted.
 *
 * Efron and Tibshirani (1993), An Introduction to the Bootstrap, chapters 8 and 13; percentiles between two draws are
 * interpolated linearly.
 *
 * @param bySpeaker one confusion matrix a speaker; their order matters to the draws, so give them sorted
 */
export function bootstrapSpeakers(bySpeaker: readonly Confusion[], options: BootstrapOptions): Intervals {
  const speakers = bySpeaker.length;
  const none = { wa: null, ua: null, macroF1: null, level: LEVEL, speakers, draws: 0, redrawn: 0 };
  if (speakers < FEWEST_SPEAKERS)
    return { ...none, note: `no intervals: they take at least ${FEWEST_SPEAKERS} speakers, there are ${speakers}` };

  const { seed, draws = 2000 } = options;
  const random = Random.named(seed, 'bootstrap over speakers');
  const present = classesOf(add(bySpeaker));
  const drawn: Scores[] = [];
  let redrawn = 0;
  while (drawn.length < draws) {
    const confusion = add(bySpeaker.map(() => bySpeaker[random.integer(speakers)]!));
    if (classesOf(confusion) === present) drawn.push(scoresOf(confusion));
    else redrawn++;
  }
  const interval = (key: keyof Scores): Interval => {
    const sorted = Float64Array.from(drawn, (scores) => scores[key]).sort();
    return { low: percentile(sorted, (1 - LEVEL) / 2), high: percentile(sorted, (1 + LEVEL) / 2) };
  };
  return {
    ...none,
    ...{ wa: interval('wa'), ua: interval('ua'), macroF1: interval('macroF1'), draws, redrawn },
    note: `95 % percentile intervals by bootstrap over ${speakers} speakers, resampled whole; with few speakers they are too narrow`,
  };
}

function add(confusions: readonly Confusion[]): Confusion {
  const total = confusions[0]!.map((row) => row.map(() => 0));
  for (const confusion of confusions)
    for (const [t, row] of confusion.entries()) for (const [p, count] of row.entries()) total[t]![p]! += count;
  return total;
}

/** How many classes have a true utterance: a draw never has one that the full data lacks, so the number tells. */
const classesOf = (confusion: Confusion): number => confusion.filter((row) => sum(row) > 0).length;

/** The value below which `part` of the sorted values lie, interpolated linearly. */
function percentile(sorted: Float64Array, part: number): number {
  const at = part * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (at - below) * (sorted[above]! - sorted[below]!);
}
