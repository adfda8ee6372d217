import { trainingData } from '../../src/evaluate/training-data.ts';
import { openCache } from '../../src/features/cache.ts';
import { DEFAULT_FRONT_END } from '../../src/features/front-end.ts';
import { DEFAULT_ARCHITECTURE } from '../../src/model/architecture.ts';
import { Random } from '../../src/random.ts';
import type { TrainingData } from '../../src/train/loop.ts';
import { noiseData, timeTraining } from '../measurements.ts';
import { recordingsOf } from './corpus.ts';
import type { GrowthTask } from './plan.ts';

/** What one process of its own measures. */
export interface GrowthUnit extends GrowthTask {
  /** timed steps, after others that are not timed */
  readonly steps: number;
  /** the folder of cached features, for the tasks with a corpus */
  readonly cache: string;
}

/** Seconds of each timed step. All segments have been trained on before, as in every epoch of training but the first. */
export async function timeSteps({ batch, width, threads, steps, corpus, cache }: GrowthUnit): Promise<number[]> {
  const network = { architecture: { ...DEFAULT_ARCHITECTURE, width }, threads };
  if (!corpus) return timeTraining(noiseData(batch), { ...network, untimed: 1, timed: steps });
  const data = await trainingData(recordingsOf(corpus), await openCache(cache, DEFAULT_FRONT_END), { seed: 1 });
  return timeTraining(someBatches(data, batch, steps), { ...network, untimed: steps, timed: steps });
}

/**
 * Batches of segments from all over a corpus, read as they are needed: one an epoch, and after the last of them the same again. The
 * labels are those of the first batch.
 */
export function someBatches(
  { labels, shape, read, repeated }: TrainingData,
  batch: number,
  batches: number,
): TrainingData {
  const drawn = new Random(1).shuffle(Array.from(labels, (_, segment) => segment)).slice(0, batch * batches);
  const segmentOf = (i: number, epoch: number) => drawn[((epoch - 1) * batch + i) % drawn.length]!;
  return {
    labels: drawn.slice(0, batch).map((segment) => labels[segment]!),
    shape,
    read: (i, target, epoch) => read(segmentOf(i, epoch), target, epoch),
    ...(repeated && {
      repeated: {
        count: repeated.count,
        which: (i: number, epoch: number) => repeated.which(segmentOf(i, epoch), epoch),
      },
    }),
  };
}
