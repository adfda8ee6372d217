import * as v from 'valibot';
import { checkArgument, finite, list, type Properties, type Schema, whole, within } from '../json.ts';

/** Each is written down, and may be a file. */
const MOST_EPOCHS = 100_000;

/** How long and how fast to learn (section 3.1 of the paper). */
export interface Schedule {
  /** passes over the training segments, 1 to 100,000; default 50 */
  readonly epochs: number;
  /** segments a step, 2 to 100,000; default 64 */
  readonly batchSize: number;
  /** at the start, above 0; default 0.05 */
  readonly learningRate: number;
  /** default 21, 31 and 41: epochs, counted from 1, from which on the rate is a tenth of what it was */
  readonly decayEpochs: readonly number[];
  /** what the rate is divided by at those, 1 to 1000; absent: 10 */
  readonly decayBy?: number;
  /** where the gradients of a step, all together, are longer than this, above 0, they are shortened to it; absent: never */
  readonly clipNorm?: number;
}

/** The paper's 50 epochs of batches of 64 segments, at a rate of 0.05 that falls to a tenth after 20, 30 and 40. */
export const DEFAULT_SCHEDULE: Schedule = { epochs: 50, batchSize: 64, learningRate: 0.05, decayEpochs: [21, 31, 41] };

/** From the least to the greatest that is taken. */
export const SCHEDULE_RANGES = { epochs: [1, MOST_EPOCHS], batchSize: [2, 100_000], decayBy: [1, 1000] } as const;

/** In the config of a run. */
export const SCHEDULE: Schema<Schedule> = v.strictObject({
  epochs: whole(...SCHEDULE_RANGES.epochs),
  batchSize: whole(...SCHEDULE_RANGES.batchSize),
  learningRate: v.custom<number>((rate) => Number.isFinite(rate) && (rate as number) > 0, 'a number above 0'),
  decayEpochs: list(whole(...SCHEDULE_RANGES.epochs), 1000),
  decayBy: v.exactOptional(within(...SCHEDULE_RANGES.decayBy)),
  clipNorm: v.exactOptional(within(1e-6, 1e6)),
} satisfies Properties<Schedule>);

/** @throws AttuneError `usage` where a number is out of its range */
export const checkSchedule = (schedule: Schedule): void => checkArgument(schedule, SCHEDULE, 'the schedule');

/** @param epoch counted from 1 */
export const learningRateAt = ({ learningRate, decayEpochs, decayBy = 10 }: Schedule, epoch: number): number =>
  learningRate / decayBy ** decayEpochs.filter((from) => epoch >= from).length;

/** One pass over the training data, as the log and the report tell of it. */
export interface EpochReport {
  /** counted from 1 */
  readonly epoch: number;
  /** in this epoch */
  readonly learningRate: number;
  /** mean cross-entropy over the epoch's segments, each as it was before its step; of frames, over the recordings, each at the mean of all frames of its batch */
  readonly loss: number;
  /** share of the epoch's segments classified rightly before their step, [0, 1] */
  readonly accuracy: number;
}

/** In the log of a run and the notes of a checkpoint. */
export const EPOCH_REPORT_PROPERTIES = {
  epoch: whole(1, MOST_EPOCHS),
  learningRate: finite,
  loss: finite,
  accuracy: within(0, 1),
} satisfies Properties<EpochReport>;

/** All epochs of a training, as the notes of a checkpoint have them. */
export const HISTORY: Schema<EpochReport[]> = list(v.object(EPOCH_REPORT_PROPERTIES), MOST_EPOCHS);
