import { trainingData } from '../src/evaluate/training-data.ts';
import { openCache } from '../src/features/cache.ts';
import { DEFAULT_FRONT_END } from '../src/features/front-end.ts';
import { BINS, FRAMES } from '../src/features/spectrogram.ts';
import { DEFAULT_ARCHITECTURE } from '../src/model/architecture.ts';
import { train } from '../src/train/loop.ts';
import { DEFAULT_SCHEDULE } from '../src/train/schedule.ts';
import { DEFAULT_OPTIMIZER } from '../src/train/step.ts';
import { trainingSteps } from './browser/training-steps.ts';
import { recordingsOf } from './growth-corpus.ts';
import type { GrowthTask } from './growth-plan.ts';

/** What one process of its own measures. */
export interface GrowthUnit extends GrowthTask {
  /** timed steps, after one that is not timed */
  readonly steps: number;
  /** the folder of cached features, for the tasks with a corpus */
  readonly cache: string;
}

/** Seconds of each timed step. */
export const timeSteps = (unit: GrowthUnit): Promise<number[]> =>
  unit.corpus ? onCorpus(unit, unit.corpus) : onNoise(unit);

async function onNoise({ batch, width, threads, steps }: GrowthUnit): Promise<number[]> {
  const { seconds } = await trainingSteps({
    architecture: { ...DEFAULT_ARCHITECTURE, width },
    input: { bins: BINS, frames: FRAMES },
    batch,
    steps: steps + 1,
    seed: 1,
    session: { threads },
  });
  return seconds.slice(1);
}

/**
 * The first steps of an epoch, as a fold trains: segments in random order over the whole corpus, read as they are needed. Without what
 * is kept of segments that come again (64 MB at most): none does.
 */
async function onCorpus({ batch, width, threads, steps, cache }: GrowthUnit, segments: number): Promise<number[]> {
  const cached = await openCache(cache, DEFAULT_FRONT_END);
  const { labels, read } = await trainingData(recordingsOf(segments), cached, { seed: 1 });
  const ends: number[] = [];
  const enough = new Error('enough steps');
  await train(
    { labels, read },
    {
      architecture: { ...DEFAULT_ARCHITECTURE, width },
      schedule: { ...DEFAULT_SCHEDULE, epochs: 1, batchSize: batch },
      optimizer: DEFAULT_OPTIMIZER,
      seed: 1,
      threads,
      onStep() {
        ends.push(performance.now());
        if (ends.length > steps) throw enough; // training has no other end before that of the epoch
      },
    },
  ).catch((error) => {
    if (error !== enough) throw error;
  });
  return ends.slice(1).map((end, i) => (end - ends[i]!) / 1000);
}
