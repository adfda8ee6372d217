import { BINS, FRAMES } from '../../src/features/spectrogram.ts';
import { DEFAULT_ARCHITECTURE } from '../../src/model/architecture.ts';
import { costOf } from '../cost.ts';
import { BATCH, type Figures, figuresOf, median, TRAIN_BATCH } from '../figures.ts';
import { machine } from '../machine.ts';
import type { Task } from '../measurements.ts';
import { inOwnProcess } from '../own-process.ts';

export interface SuiteOptions {
  readonly threads: number;
  /** timed steps of training; the shorter measurements are repeated in proportion */
  readonly steps: number;
}

/** What is measured, with `steps` timed steps of training and all else in proportion. */
export const tasksOf = ({ threads, steps }: SuiteOptions) =>
  ({
    sgemm: { what: 'sgemm', threads, repetitions: 6 * steps, batch: 1 },
    training: { what: 'training', threads, repetitions: steps, batch: TRAIN_BATCH },
    inference1: { what: 'inference', threads, repetitions: 60 * steps, batch: 1 },
    inference16: { what: 'inference', threads, repetitions: 6 * steps, batch: BATCH },
    frontEnd: { what: 'frontEnd', threads, repetitions: 4 * steps, batch: BATCH },
  }) satisfies Record<string, Task>;

export const COST = costOf(DEFAULT_ARCHITECTURE, { bins: BINS, frames: FRAMES });

/** Measures everything of Attune, one thing after the other, and tells of each on stderr. */
export async function runSuite(options: SuiteOptions): Promise<Figures> {
  const time = async (name: string, task: Task) => {
    const timing = await inOwnProcess(task);
    const milliseconds = (1000 * median(timing.seconds)).toFixed(1);
    process.stderr.write(`${name}: ${milliseconds} ms, median of ${timing.seconds.length}\n`);
    return timing;
  };
  const tasks = tasksOf(options);
  const timings = {
    sgemmBefore: await time('SGEMM, before the rest', tasks.sgemm),
    training: await time(`a training step of ${TRAIN_BATCH} segments`, tasks.training),
    inference1: await time('inference of 1 segment', tasks.inference1),
    inference16: await time(`inference of ${BATCH} segments`, tasks.inference16),
    frontEnd: await time(`front end of ${BATCH} segments`, tasks.frontEnd),
    sgemmAfter: await time('SGEMM, after the rest', tasks.sgemm),
  };
  return figuresOf(machine(options.threads), timings, COST);
}
