import { inPercent } from '../../src/percent.ts';
import type { Interval } from '../../src/statistics/bootstrap.ts';
import type { Accuracy } from './shipping.ts';

/** A share in percent. */
export const share = (value: number | null) => (value === null ? '–' : inPercent(value));

/** Its interval in brackets, where there is one. */
export const between = (interval: Interval | null | undefined, shown: (x: number) => string) =>
  interval ? ` [${shown(interval.low)}, ${shown(interval.high)}]` : '';

/** Its bootstrap interval, then its jackknife-t interval. */
export const both = ({ jackknife, ...bootstrap }: Accuracy['intervals'], figure: 'wa' | 'ua') =>
  between(bootstrap[figure], inPercent) + between(jackknife?.[figure] ?? null, inPercent);
