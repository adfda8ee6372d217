import type { ProtocolName } from '../corpus/protocols.ts';
import type { Interval } from './bootstrap.ts';
import type { Accuracies } from './hits.ts';

/** What `attune compare --json` prints. All figures are pooled over folds, in [0, 1]; differences in [-1, 1]. */
export interface Comparison {
  /** in the order in which they were given */
  readonly systems: readonly SystemFigures[];
  /** every two systems, the earlier one first */
  readonly pairs: readonly PairFigures[];
  readonly utterances: number;
  readonly speakers: number;
  /** of the draws of the bootstrap and of the swaps */
  readonly seed: number;
  /** draws of the bootstrap that lacked a class and were drawn again */
  readonly redrawn: number;
  /** what a reader must know of the figures; to be printed with them */
  readonly notes: readonly string[];
}

export interface SystemFigures {
  /** `A`, `B`, ... */
  readonly name: string;
  /** one a seed */
  readonly runs: readonly RunFigures[];
  readonly wa: SystemFigure;
  readonly ua: SystemFigure;
  /** whether speakers stand on both sides of its folds, so that its figures say nothing about new speakers */
  readonly leaks: boolean;
  /** whether it says of itself that another seed would change nothing */
  readonly deterministic: boolean;
}

export interface RunFigures extends Accuracies {
  readonly run: string;
  /** null where no config.json tells it */
  readonly protocol: ProtocolName | null;
  readonly seed: number | null;
}

export interface SystemFigure {
  /** of the seeds */
  readonly mean: number;
  /** of the seeds, dividing by their number less one; null for one seed */
  readonly deviation: number | null;
  /** 95 %, of the mean, over speakers; null below six of them */
  readonly interval: Interval | null;
}

export interface PairFigures {
  /** names of systems */
  readonly first: string;
  readonly second: string;
  readonly wa: Difference;
  readonly ua: Difference;
}

export interface Difference {
  /** the second system's figure less the first's */
  readonly difference: number;
  /** 95 %, over speakers, not corrected for the number of pairs; null below six speakers */
  readonly interval: Interval | null;
  /** of the paired permutation test over speakers, two-sided */
  readonly p: number;
  /** corrected by Holm's method over the pairs, for WA and UA each by itself; p where there is one pair */
  readonly correctedP: number;
  /** the smallest p that this number of speakers can give, before correction */
  readonly smallestP: number;
  /** swaps that the test looked at, and whether they are all there are */
  readonly swaps: number;
  readonly exact: boolean;
  /** whether each seed of one system lies above each seed of the other */
  readonly seedsAgree: boolean;
  /** `Better: B` where the interval excludes zero and the seeds agree, else why nothing is ranked */
  readonly verdict: string;
}
