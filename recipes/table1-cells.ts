import type { Comparison, Difference, SystemFigure } from '../src/evaluate/comparison.ts';
import type { Interval } from '../src/statistics/bootstrap.ts';

/** A share as a number of percent, of a difference without its sign. */
export const percent = (share: number): string => (100 * share).toFixed(1);

const signed = (share: number): string => `${share < 0 ? '−' : '+'}${percent(Math.abs(share))}`;

/** Intervals in brackets, as far as they are there. */
export const ranges = (intervals: readonly (Interval | null)[], shown = percent): string =>
  intervals.map((interval) => (interval ? ` [${shown(interval.low)}, ${shown(interval.high)}]` : '')).join('');

export const figure = ({ mean, deviation, interval, jackknife }: SystemFigure): string =>
  `${percent(mean)}${deviation === null ? '' : ` ± ${percent(deviation)}`}${ranges([interval, jackknife])}`;

export const differenceCells = ({ difference, interval, jackknife }: Difference): string =>
  `${signed(difference)}${ranges([interval, jackknife], signed)}`;

export const notes = ({ notes }: Comparison): string => notes.map((note) => `- ${note}`).join('\n');
