import type { ProtocolName } from '../corpus/protocols.ts';
import type { Interval } from './bootstrap.ts';
import type { Accuracies } from './hits.ts';

/** What `attune compare --json` prints. All figures are pooled over folds, in [0, 1]; differences in [-1, 1]. */
export interface Comparison {
  /** in the order in which they were given */
  readonly systems: readonly SystemFigures[];
  /** every two systems, the earlier one first */
  readonly pairs: readonly PairFigures[];
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
  /** whether it says of itself that another seed would change nothing */
  readonly deterministic: boolean;
}

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
  /** 95 %, of the mean, over speakers; null below six of them */
  readonly interval: Interval | null;
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
  /** 95 %, over speakers, not corrected for the number of tests; null below six speakers */
  readonly interval: Interval | null;
  /** of the paired permutation test over speakers, two-sided, (0, 1] */
  readonly p: number;
  /** corrected by Holm's method over all p of the comparison, those of WA and of UA of every pair */
  readonly correctedP: number;
  /** the smallest p that this number of speakers can give, before correction */
  readonly smallestP: number;
  /** swaps that the test looked at */
  readonly swaps: number;
  /** whether these are all there are, as up to 16 speakers */
  readonly exact: boolean;
  /** whether each seed of one system lies above each seed of the other */
  readonly seedsAgree: boolean;
  /** `Better: B` where the interval excludes zero and the seeds agree, else why nothing is ranked */
  readonly verdict: string;
}
