import { type Contamination, markNames } from '../corpus/leaks.ts';
import type { ProtocolName } from '../corpus/protocols.ts';
import type { Interval } from '../statistics/bootstrap.ts';
import type { Accuracies } from '../statistics/hits.ts';
import type { Primary } from './primary.ts';

/** What `attune compare --json` prints. All figures are pooled over folds, in [0, 1]; differences in [-1, 1]. */
export interface Comparison {
  /** in the order in which they were given */
  readonly systems: readonly SystemFigures[];
  /** every two systems, the earlier one first */
  readonly pairs: readonly PairFigures[];
  /** what may be called better, each tested in its pair; all else is descriptive */
  readonly primary: readonly Primary[];
  /** the number of utterances, which all systems were scored on */
  readonly utterances: number;
  /** the number of their speakers, which intervals and p are over */
  readonly speakers: number;
  /** of the draws of the bootstrap and of the swaps */
  readonly seed: number;
  /** draws of the bootstrap that lacked a class and were drawn again */
  readonly redrawn: number;
  /** what a reader must know of the figures; to be printed with them */
  readonly notes: readonly string[];
}

/** One system of a comparison, with all its seeds. */
export interface SystemFigures {
  /** `A`, `B`, ... */
  readonly name: string;
  /** one a seed */
  readonly runs: readonly RunFigures[];
  /** weighted accuracy, [0, 1] */
  readonly wa: SystemFigure;
  /** unweighted accuracy, [0, 1] */
  readonly ua: SystemFigure;
  /** whether speakers or recordings stand on both sides of its folds, by whatever leave, so that its figures promise too much */
  readonly leaks: boolean;
  /** `unknown` where weights that a seed of it starts from, or its speech encoder, do not say what they were trained on, so that these may have heard whom they are tested on; absent: they do, or there are none */
  readonly contamination?: Contamination;
  /** whether it says of itself that another seed would change nothing */
  readonly deterministic: boolean;
}

/** What stands beside each of a system's figures. */
export const markNamesOf = ({ leaks, contamination }: Pick<SystemFigures, 'leaks' | 'contamination'>): string[] =>
  markNames({ ...(leaks && { leaks: 'speakers' }), ...(contamination && { contamination }) });

/** Pooled figures of one run of a system. */
export interface RunFigures extends Accuracies {
  /** its folder, as it was given */
  readonly run: string;
  /** null where no config.json tells it */
  readonly protocol: ProtocolName | null;
  /** null where no config.json tells it */
  readonly seed: number | null;
}

/** WA or UA of a system. */
export interface SystemFigure {
  /** of the seeds, [0, 1] */
  readonly mean: number;
  /** standard deviation of the seeds, dividing by their number less one; null for one seed */
  readonly deviation: number | null;
  /** 95 %, of the mean, by bootstrap over speakers; null below six of them */
  readonly interval: Interval | null;
  /** 95 %, of the mean, jackknife-t over speakers; null below six of them, and of UA where one speaker alone has a class */
  readonly jackknife: Interval | null;
}

/** Two systems of a comparison beside each other. */
export interface PairFigures {
  /** name of the system that is subtracted, such as `A` */
  readonly first: string;
  /** name of the system that it is subtracted from, such as `B` */
  readonly second: string;
  /** difference of their weighted accuracies */
  readonly wa: Difference;
  /** difference of their unweighted accuracies */
  readonly ua: Difference;
}

/** How far two systems are apart in one figure, and what can be said of it. */
export interface Difference {
  /** the second system's figure less the first's, [-1, 1] */
  readonly difference: number;
  /** 95 %, by bootstrap over speakers, the same drawn for both systems; null below six speakers */
  readonly interval: Interval | null;
  /** 95 %, jackknife-t, the same speaker left out of both systems; null below six speakers, and of UA where one alone has a class */
  readonly jackknife: Interval | null;
  /** whether each seed of one system lies above each seed of the other */
  readonly seedsAgree: boolean;
  /** of a primary comparison; null where the comparison is descriptive */
  readonly test: PrimaryTest | null;
}

/** The test of a primary comparison. */
export interface PrimaryTest {
  /** of the paired permutation test over speakers, two-sided, (0, 1] */
  readonly p: number;
  /** corrected by Holm's method over the primary comparisons */
  readonly correctedP: number;
  /** the smallest p that this number of speakers can give, before correction */
  readonly smallestP: number;
  /** swaps that the test looked at */
  readonly swaps: number;
  /** whether these are all there are, as up to 16 speakers */
  readonly exact: boolean;
  /** `Better: B` where the corrected p is below 0.05 and the seeds agree, else why nothing is ranked */
  readonly verdict: string;
}
