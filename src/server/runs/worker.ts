import { AttuneError } from '../../errors.ts';
import { compareSystems } from '../../evaluate/compare.ts';
import { readSystems } from '../../evaluate/compared-runs.ts';
import type { Comparison } from '../../evaluate/comparison.ts';
import { told } from '../problems.ts';
import { type PlotName, plotOf } from './plots.ts';

// Runs in a thread of its own: resampling and pictures would keep the server's own thread from its clients.

/** A picture of a run. */
export interface PlotTask {
  readonly folder: string;
  readonly plot: PlotName;
}

/** Runs to compare, whose folders stand for their names. */
export interface CompareTask {
  readonly folders: readonly string[];
  /** what the folders are called in what is told */
  readonly names: readonly string[];
}

export const plot = (task: PlotTask) => told(async () => ({ svg: await plotOf(task.folder, task.plot) }));

/** Nothing was named before anybody looked, so nothing is tested: all is descriptive. */
export const compare = ({ folders, names }: CompareTask) =>
  told(async (): Promise<Comparison> => {
    const systems = await readSystems(folders).catch((error) => {
      throw nameInstead(error, folders, names);
    });
    return compareSystems(
      systems.map((runs, i) => runs.map((run) => ({ ...run, run: names[i]! }))),
      { seed: 1, primary: [] },
    );
  });

/** Where folders lie is the server's own affair. */
function nameInstead(error: unknown, folders: readonly string[], names: readonly string[]): unknown {
  if (!(error instanceof AttuneError)) return error;
  const message = folders.reduce((text, folder, i) => text.replaceAll(folder, names[i]!), error.message);
  return new AttuneError(error.code, message);
}
