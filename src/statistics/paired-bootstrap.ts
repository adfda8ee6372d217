import {
  type BootstrapOptions,
  drawSpeakers,
  FEWEST_SPEAKERS,
  type Interval,
  percentileInterval,
} from './bootstrap.ts';
import { type Accuracies, accuraciesOf, type Counts } from './hits.ts';

/** 95 % intervals of WA and UA, of one system or of a difference; null below six speakers, and where nearly every draw lacks a class. */
export interface AccuracyIntervals {
  readonly wa: Interval | null;
  readonly ua: Interval | null;
}

export interface PairedBootstrap {
  /** one a system */
  readonly systems: readonly AccuracyIntervals[];
  /** the interval of the figure of system `to` less that of system `from`, indices of systems */
  difference(from: number, to: number): AccuracyIntervals;
  /** draws that lacked a class and were drawn again, or for nothing */
  readonly redrawn: number;
}

/**
 * Bootstrap over speakers for systems that were scored on the same utterances: each draw of speakers is the same for all of them, so that
 * what makes a speaker hard for both drops out of their difference. With the same seed, the draws are those of a run's own intervals.
 *
 * Efron and Tibshirani (1993), An Introduction to the Bootstrap, chapters 8 and 13.
 *
 * @param systems `[systems][speakers][4]`, hits of each, a mean over seeds where there are several
 * @param supports `[speakers][4]`, true utterances, the same for all
 */
export function pairedBootstrap(
  systems: readonly Counts[],
  supports: Counts,
  options: BootstrapOptions,
): PairedBootstrap {
  const none = { wa: null, ua: null };
  if (supports.length < FEWEST_SPEAKERS)
    return { systems: systems.map(() => none), difference: () => none, redrawn: 0 };
  const { drawn, redrawn } = drawSpeakers(supports, options);
  if (!drawn.length) return { systems: systems.map(() => none), difference: () => none, redrawn };
  const figures = systems.map((hits) => drawn.map((draw) => accuraciesOf(hits, supports, draw)));
  const intervals = (values: readonly Accuracies[]) => ({
    wa: percentileInterval(values.map(({ wa }) => wa)),
    ua: percentileInterval(values.map(({ ua }) => ua)),
  });
  return {
    systems: figures.map(intervals),
    difference(from, to) {
      const differences = figures[to]!.map(({ wa, ua }, draw) => {
        const before = figures[from]![draw]!;
        return { wa: wa - before.wa, ua: ua - before.ua };
      });
      return intervals(differences);
    },
    redrawn,
  };
}
