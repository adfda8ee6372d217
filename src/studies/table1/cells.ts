import type { Difference, SystemFigure } from '../../evaluate/comparison.ts';
import { inPercent } from '../../percent.ts';
import type { Interval } from '../../statistics/bootstrap.ts';

const signed = (share: number): string => `${share < 0 ? '−' : '+'}${inPercent(Math.abs(share))}`;

/** Intervals in brackets, as far as they are there. */
export const ranges = (intervals: readonly (Interval | null)[], shown: (share: number) => string = inPercent): string =>
  intervals.map((interval) => (interval ? ` [${shown(interval.low)}, ${shown(interval.high)}]` : '')).join('');

/** A system's figure: the mean of its seeds, their deviation, and the intervals of the mean. */
export const figure = ({ mean, deviation, interval, jackknife }: SystemFigure): string =>
  `${inPercent(mean)}${deviation === null ? '' : ` ± ${inPercent(deviation)}`}${ranges([interval, jackknife])}`;

/** A difference in points, with its intervals. */
export const differenceCells = ({ difference, interval, jackknife }: Difference): string =>
  `${signed(difference)}${ranges([interval, jackknife], signed)}`;

/** Sentences as a list. */
export const notes = ({ notes }: { readonly notes: readonly string[] }): string =>
  notes.map((note) => `- ${note}`).join('\n');
