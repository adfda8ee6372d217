import type { Comparison, Difference, SystemFigure } from '../../src/evaluate/comparison.ts';
import { inPercent } from '../../src/percent.ts';
import type { Interval } from '../../src/statistics/bootstrap.ts';

const signed = (share: number): string => `${share < 0 ? '−' : '+'}${inPercent(Math.abs(share))}`;

/** Intervals in brackets, as far as they are there. */
export const ranges = (intervals: readonly (Interval | null)[], shown: (share: number) => string = inPercent): string =>
  intervals.map((interval) => (interval ? ` [${shown(interval.low)}, ${shown(interval.high)}]` : '')).join('');

export const figure = ({ mean, deviation, interval, jackknife }: SystemFigure): string =>
  `${inPercent(mean)}${deviation === null ? '' : ` ± ${inPercent(deviation)}`}${ranges([interval, jackknife])}`;

export const differenceCells = ({ difference, interval, jackknife }: Difference): string =>
  `${signed(difference)}${ranges([interval, jackknife], signed)}`;

export const notes = ({ notes }: Comparison): string => notes.map((note) => `- ${note}`).join('\n');
