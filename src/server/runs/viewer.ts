import { Piscina } from 'piscina';
import type { Comparison } from '../../evaluate/comparison.ts';
import { Refusal, type ToldError, untold } from '../problems.ts';
import type { Listed } from './list.ts';
import type { Run } from './read-run.ts';
import type { CompareTask, PlotTask, RunTask, StudyTask } from './worker.ts';

/** What is shown of runs, in threads that are there while somebody looks: none of it keeps the server's own from its clients. */
export interface RunViewer {
  list(root: string): Promise<Listed>;
  run(task: RunTask): Promise<Run>;
  /** @returns SVG */
  plot(task: PlotTask): Promise<string>;
  /** @returns JSON or SVG */
  study(task: StudyTask): Promise<string>;
  compare(task: CompareTask): Promise<Comparison>;
  close(): Promise<void>;
}

/** What waits at most for a thread; more is refused. */
const MOST_WAITING = 64;
/** Without work the thread ends after so long, ms, and what it keeps of files goes with it. */
const IDLE = 60_000;

export function createRunViewer(): RunViewer {
  const thread = () =>
    new Piscina({
      ...{ filename: new URL('./worker.js', import.meta.url).href, minThreads: 0, maxThreads: 1 },
      ...{ maxQueue: 2 * MOST_WAITING, idleTimeout: IDLE },
    });
  const [reading, comparing] = [thread(), thread()]; // to draw thousands of times takes long: nobody who reads waits for it
  const ask = async <Result extends object>(pool: Piscina, name: string, task: unknown): Promise<Result> => {
    if (pool.queueSize >= MOST_WAITING)
      throw new Refusal(503, 'busy', `${MOST_WAITING} looks at runs wait already; try again in a moment`, {
        'Retry-After': '1',
      });
    return untold((await pool.run(task, { name })) as Result | ToldError);
  };
  const listings = new Map<string, Promise<Listed>>();
  return {
    list(root) {
      const known = listings.get(root);
      if (known) return known; // whoever asks meanwhile gets the same
      const listing = ask<Listed>(reading, 'list', root).finally(() => listings.delete(root));
      listings.set(root, listing);
      return listing;
    },
    run: (task) => ask(reading, 'run', task),
    plot: async (task) => (await ask<{ readonly svg: string }>(reading, 'plot', task)).svg,
    study: async (task) => (await ask<{ readonly text: string }>(reading, 'study', task)).text,
    compare: (task) => ask(comparing, 'compare', task),
    close: async () => {
      await Promise.all([reading.destroy(), comparing.destroy()]);
    },
  };
}
