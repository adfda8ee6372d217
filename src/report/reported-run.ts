import type { Hashes } from '../run/hashes.ts';
import type { LogEntry, Manifest, RunConfig } from '../run/run-files.ts';
import type { ChosenByFold } from '../run/tuning.ts';
import type { Metrics } from '../statistics/metrics.ts';
import type { Prediction } from '../statistics/prediction.ts';

/** What a report tells of: the contents of a run folder. */
export interface Run {
  readonly config: RunConfig;
  readonly manifest: Manifest;
  /** of `predictions` */
  readonly metrics: Metrics;
  /** at least one */
  readonly predictions: readonly Prediction[];
  /** in the order of the file; of two entries for the same fold and epoch the last counts */
  readonly log: readonly LogEntry[];
  /** what its folds chose; absent where they choose nothing */
  readonly chosen?: ChosenByFold | undefined;
  /** of the run's other files; absent where they are not known */
  readonly hashes?: Hashes;
}
