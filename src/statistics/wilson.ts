import type { Interval } from './bootstrap.ts';
import { sum } from './confusion.ts';

/** 97.5 % quantile of the normal distribution. */
const Z = 1.959963984540054;

/**
 * 95 % score interval of a share, for draws that do not depend on each other. Wilson (1927), Probable Inference, the Law of Succession,
 * and Statistical Inference, Journal of the American Statistical Association 22; scipy's `binomtest(hits, draws).proportion_ci(method="wilson")`.
 *
 * @param hits from 0 to `draws`
 * @param draws at least 1
 */
export function wilsonInterval(hits: number, draws: number): Interval {
  const share = hits / draws;
  const middle = share + Z ** 2 / (2 * draws);
  const half = Z * Math.sqrt((share * (1 - share)) / draws + Z ** 2 / (4 * draws ** 2));
  const scale = 1 + Z ** 2 / draws;
  return { low: hits ? (middle - half) / scale : 0, high: hits < draws ? (middle + half) / scale : 1 };
}

/**
 * 95 % interval of the mean of several shares that do not depend on each other, from the Wilson interval of each: the distances of their
 * limits are added as deviations are. Zou and Donner (2008), Construction of Confidence Limits about Effect Measures: A General Approach,
 * Statistics in Medicine 27.
 *
 * @param shares at least one
 */
export function meanShareInterval(shares: readonly { readonly hits: number; readonly draws: number }[]): Interval {
  const limits = shares.map(({ hits, draws }) => ({ share: hits / draws, ...wilsonInterval(hits, draws) }));
  const middle = sum(limits.map(({ share }) => share)) / shares.length;
  const reach = (distances: readonly number[]) => Math.hypot(...distances) / shares.length;
  return {
    low: middle - reach(limits.map(({ share, low }) => share - low)),
    high: middle + reach(limits.map(({ share, high }) => high - share)),
  };
}
