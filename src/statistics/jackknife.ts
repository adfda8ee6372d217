import { FEWEST_SPEAKERS, type Interval, LEVEL } from './bootstrap.ts';
import { type Confusion, mean, type Scores, scoresOf, sum, total } from './confusion.ts';
import { accuraciesOf, type Counts } from './hits.ts';
import type { AccuracyIntervals } from './paired-bootstrap.ts';
import { studentQuantile } from './student-t.ts';

/** Jackknife-t intervals of the pooled figures, beside those of the bootstrap. */
export interface JackknifeIntervals {
  /** of the weighted accuracy; null below six speakers */
  readonly wa: Interval | null;
  /** of the unweighted accuracy; null below six speakers, and where one speaker alone has a class */
  readonly ua: Interval | null;
  /** of the mean F1; null below six speakers, and where one speaker alone has a class */
  readonly macroF1: Interval | null;
  /** what the intervals are, or why there are none; to be printed with them */
  readonly note: string;
}

/**
 * 95 % jackknife-t interval: the figure, and on either side of it its standard error times Student's t with one degree of freedom fewer
 * than speakers. The standard error follows from the figures that are left when each speaker in turn is left out. With few speakers it is
 * wider than the percentile bootstrap, which takes no account of how badly few speakers tell their spread.
 *
 * Efron and Tibshirani (1993), An Introduction to the Bootstrap, chapter 11. What lies beyond the range of the figure is cut off.
 *
 * @param figure of all speakers
 * @param leftOut `[speakers]`, two or more, the figure without each
 * @param lowest the lowest value that the figure can take; the highest is 1
 */
export function jackknifeInterval(figure: number, leftOut: readonly number[], lowest: 0 | -1): Interval {
  const speakers = leftOut.length;
  const middle = mean(leftOut);
  const error = Math.sqrt(((speakers - 1) / speakers) * sum(leftOut.map((value) => (value - middle) ** 2)));
  const reach = studentQuantile((1 + LEVEL) / 2, speakers - 1) * error;
  return { low: Math.max(lowest, figure - reach), high: Math.min(1, figure + reach) };
}

/** Jackknife-t intervals of WA, UA and macro-F1, from one confusion matrix a speaker. */
export function jackknifeSpeakers(bySpeaker: readonly Confusion[]): JackknifeIntervals {
  const speakers = bySpeaker.length;
  const note = jackknifeNote(speakers);
  if (speakers < FEWEST_SPEAKERS) return { wa: null, ua: null, macroF1: null, note };
  const pooled = scoresOf(total(bySpeaker));
  const leftOut = bySpeaker.map((_, left) => scoresOf(total(bySpeaker.filter((_, speaker) => speaker !== left))));
  const interval = (key: keyof Scores) =>
    jackknifeInterval(
      pooled[key],
      leftOut.map((scores) => scores[key]),
      0,
    );
  if (oneHasAClass(bySpeaker.map((confusion) => confusion.map(sum))))
    return { wa: interval('wa'), ua: null, macroF1: null, note: `${note}; ${ONE_HAS_A_CLASS}` };
  return { wa: interval('wa'), ua: interval('ua'), macroF1: interval('macroF1'), note };
}

/**
 * Jackknife-t intervals of WA and UA of a system, or of their differences between two systems, for which the hits are those of the one less
 * those of the other: WA and UA are linear in the hits, so that is the interval of the difference, the same speaker left out of both.
 *
 * @param hits a mean over seeds where there are several
 * @param supports true utterances, the same for all systems
 * @param lowest 0 for the figures of a system, -1 for differences
 */
export function jackknifeAccuracies(hits: Counts, supports: Counts, lowest: 0 | -1): AccuracyIntervals {
  const everyone = supports.map((_, speaker) => speaker);
  if (everyone.length < FEWEST_SPEAKERS) return { wa: null, ua: null };
  const pooled = accuraciesOf(hits, supports, everyone);
  const leftOut = everyone.map((left) =>
    accuraciesOf(
      hits,
      supports,
      everyone.filter((speaker) => speaker !== left),
    ),
  );
  const interval = (key: 'wa' | 'ua') =>
    jackknifeInterval(
      pooled[key],
      leftOut.map((figures) => figures[key]),
      lowest,
    );
  return { wa: interval('wa'), ua: oneHasAClass(supports) ? null : interval('ua') };
}

const ONE_HAS_A_CLASS = 'none of UA and macro-F1, since one speaker alone has a class';

/** What jackknife-t intervals over this many speakers are, or why there are none. */
export const jackknifeNote = (speakers: number): string =>
  speakers < FEWEST_SPEAKERS
    ? `no jackknife-t intervals: they take at least ${FEWEST_SPEAKERS} speakers, there are ${speakers}`
    : `95 % jackknife-t intervals: ${speakers} speakers, one left out at a time, ${speakers - 1} degrees of freedom`;

/** Without that speaker the mean over classes would be one over other classes. */
const oneHasAClass = (supports: Counts): boolean =>
  supports[0]!.some((_, c) => supports.filter((classes) => classes[c]).length === 1);
