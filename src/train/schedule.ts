import { AttuneError } from '../errors.ts';

/** How long and how fast to learn (section 3.1 of the paper). */
export interface Schedule {
  /** passes over the training segments, 1 or more; default 50 */
  readonly epochs: number;
  /** segments a step, 2 or more; default 64 */
  readonly batchSize: number;
  /** at the start, above 0; default 0.05 */
  readonly learningRate: number;
  /** default 21, 31 and 41: epochs, counted from 1, from which on the rate is a tenth of what it was */
  readonly decayEpochs: readonly number[];
}

/** The paper's 50 epochs of batches of 64 segments, at a rate of 0.05 that falls to a tenth after 20, 30 and 40. */
export const DEFAULT_SCHEDULE: Schedule = { epochs: 50, batchSize: 64, learningRate: 0.05, decayEpochs: [21, 31, 41] };

/** @throws AttuneError `usage` where a number is out of its range */
export function checkSchedule({ epochs, batchSize, learningRate, decayEpochs }: Schedule): void {
  const whole = (name: string, value: number, least: number) => {
    if (!Number.isInteger(value) || value < least)
      throw new AttuneError('usage', `expected ${name} to be a whole number of ${least} or more, got ${value}`);
  };
  whole('epochs', epochs, 1);
  whole('the batch size', batchSize, 2);
  for (const epoch of decayEpochs) whole('an epoch of decay', epoch, 1);
  if (!(learningRate > 0 && Number.isFinite(learningRate)))
    throw new AttuneError('usage', `expected a learning rate above 0, got ${learningRate}`);
}

/** @param epoch counted from 1 */
export const learningRateAt = ({ learningRate, decayEpochs }: Schedule, epoch: number): number =>
  learningRate / 10 ** decayEpochs.filter((from) => epoch >= from).length;

/** One pass over the training data, as the log and the report tell of it. */
export interface EpochReport {
  /** counted from 1 */
  readonly epoch: number;
  /** in this epoch */
  readonly learningRate: number;
  /** mean cross-entropy over the epoch's segments, each as it was before its step */
  readonly loss: number;
  /** share of the epoch's segments classified rightly before their step, [0, 1] */
  readonly accuracy: number;
}
