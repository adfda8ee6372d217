import { Piscina } from 'piscina';
import type { Comparison } from '../../evaluate/comparison.ts';
import { type ToldError, untold } from '../problems.ts';
import type { CompareTask, PlotTask } from './worker.ts';

/** Pictures and comparisons of runs, in a thread that is there while somebody looks. */
export interface RunViewer {
  /** @returns SVG */
  plot(task: PlotTask): Promise<string>;
  compare(task: CompareTask): Promise<Comparison>;
  close(): Promise<void>;
}

/** What waits at most; more is refused. */
const MOST_WAITING = 64;
/** Without work the thread ends after so long, ms. */
const IDLE = 60_000;

export function createRunViewer(): RunViewer {
  const pool = new Piscina({
    ...{ filename: new URL('./worker.js', import.meta.url).href, minThreads: 0, maxThreads: 1 },
    ...{ maxQueue: MOST_WAITING, idleTimeout: IDLE },
  });
  const ask = async <Result extends object>(name: string, task: PlotTask | CompareTask): Promise<Result> =>
    untold((await pool.run(task, { name })) as Result | ToldError);
  return {
    plot: async (task) => (await ask<{ readonly svg: string }>('plot', task)).svg,
    compare: (task) => ask('compare', task),
    close: () => pool.destroy(),
  };
}
