import { percent } from '../../src/percent.ts';
/** What was measured at one place, and how it should grow. */
export interface RatePoint {
  readonly x: number;
  readonly segmentsPerS: number;
  /** segments/s here over those at another x, if they were proportional */
  readonly ideal: number;
}

/** Where a curve goes as it should. */
export interface Linearity {
  /** from the first x at which the speed comes within a tenth of the best, for what is given and asked for */
  readonly from: number;
  /** to the last before it falls more than a tenth below the best so far */
  readonly until: number;
  /** segments/s for each unit of the ideal, at its best */
  readonly best: number;
  /** how far below proportional it is where it falls, [0, 1]; undefined where it never does */
  readonly fall?: { readonly at: number; readonly below: number };
  /** how far below the best it is at the first x, where that is not `from` */
  readonly rise?: { readonly at: number; readonly below: number };
}

/** The share by which a point may stay behind. */
const TOLERANCE = 0.1;

/** @param points by x, ascending, one at least */
export function linearityOf(points: readonly RatePoint[]): Linearity {
  const relative = points.map(({ x, segmentsPerS, ideal }) => ({ x, rate: segmentsPerS / ideal }));
  const best = Math.max(...relative.map(({ rate }) => rate));
  const start = relative.findIndex(({ rate }) => rate >= (1 - TOLERANCE) * best);
  const bestUntil = (i: number) => Math.max(...relative.slice(0, i + 1).map(({ rate }) => rate));
  const end = relative.findIndex(({ rate }, i) => i > start && rate < (1 - TOLERANCE) * bestUntil(i));
  const below = (i: number, than: number) => ({ at: relative[i]!.x, below: 1 - relative[i]!.rate / than });
  return {
    from: relative[start]!.x,
    until: relative.at(end < 0 ? -1 : end - 1)!.x,
    best,
    ...(end >= 0 && { fall: below(end, bestUntil(end)) }),
    ...(start > 0 && { rise: below(0, best) }),
  };
}

const number = (x: number) => x.toLocaleString('en-US');

/** It in words: `linear from 8 to 64; before that slower than proportional, at 1 by 40 %`. */
export function sentenceOf({ from, until, fall, rise }: Linearity): string {
  const range = from === until ? `linear at ${number(from)} alone` : `linear from ${number(from)} to ${number(until)}`;
  return [
    fall ? range : `${range}, the largest measured`,
    ...(rise ? [`before that slower than proportional, at ${number(rise.at)} by ${percent(rise.below, 0)}`] : []),
    ...(fall ? [`after that slower than proportional, at ${number(fall.at)} by ${percent(fall.below, 0)}`] : []),
  ].join('; ');
}
