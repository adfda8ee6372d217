import { once } from 'node:events';
import { DEFAULT_ARCHITECTURE } from '../src/model/architecture.ts';
import { train } from '../src/train/loop.ts';
import { DEFAULT_OPTIMIZER } from '../src/train/optimizers/optimizers.ts';
import { DEFAULT_SCHEDULE } from '../src/train/schedule.ts';
import { TRAIN_BATCH } from './figures.ts';
import { noiseData } from './measurements.ts';

/**
 * Trains on one thread beside other processes: says that it is ready, waits for a line on stdin, reports after `windowSeconds`, and
 * trains on, so that the others are not timed on a quieter machine, until it is ended.
 */
export async function trainTogether(windowSeconds: number, tell: (what: object) => void): Promise<void> {
  let began: number | undefined;
  let [segments, reported] = [0, false];
  await train(noiseData(TRAIN_BATCH), {
    architecture: DEFAULT_ARCHITECTURE,
    schedule: { ...DEFAULT_SCHEDULE, epochs: Number.MAX_SAFE_INTEGER, batchSize: TRAIN_BATCH }, // an epoch is a step
    optimizer: DEFAULT_OPTIMIZER,
    seed: 1,
    threads: 1,
    async onEpoch() {
      if (began === undefined) {
        tell({ ready: true });
        await once(process.stdin, 'data');
        began = performance.now();
        return;
      }
      segments += TRAIN_BATCH;
      const seconds = (performance.now() - began) / 1000;
      if (reported || seconds < windowSeconds) return;
      tell({ segments, seconds });
      reported = true;
    },
  });
}
