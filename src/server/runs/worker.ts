import { AttuneError } from '../../errors.ts';
import { tabulate } from '../../evaluate/compare.ts';
import { readSystems } from '../../evaluate/compared-runs.ts';
import type { Comparison } from '../../evaluate/comparison.ts';
import { told } from '../problems.ts';
import { folderOfRun } from './folders.ts';
import { withoutFolder } from './kept-files.ts';
import { listRuns } from './list.ts';
import { type PlotName, plotOf } from './plots.ts';
import { createRunReader } from './read-run.ts';
import { createStudyReader, type StudyKind } from './studies.ts';

// Runs in a thread of its own: long logs, resampling and pictures would keep the server's own thread from its clients.

/** A run of a folder of runs, by its name. */
export interface RunTask {
  readonly root: string;
  readonly id: string;
}

/** A picture of a run. */
export interface PlotTask extends RunTask {
  readonly plot: PlotName;
}

/** A study, or its picture. */
export interface StudyTask {
  readonly root: string;
  readonly kind: StudyKind;
  readonly part: 'figures' | 'picture';
  /** its folder; absent: wherever it is, if there is one alone */
  readonly in?: string | undefined;
}

/** Runs to compare, whose folders stand for their names. */
export interface CompareTask {
  readonly folders: readonly string[];
  /** what the folders are called in what is told */
  readonly names: readonly string[];
}

const [runs, studies] = [createRunReader(), createStudyReader()];

export const list = (root: string) => told(() => listRuns(root, runs, studies));

export const run = ({ root, id }: RunTask) => told(async () => runs.run(await folderOfRun(root, id), id));

export const plot = ({ root, id, plot }: PlotTask) =>
  told(async () => {
    const folder = await folderOfRun(root, id);
    const svg = await plotOf(folder, plot, runs).catch((error) => {
      if (!(error instanceof AttuneError)) throw error;
      throw new AttuneError(error.code, withoutFolder(error.message, folder, id));
    });
    return { svg };
  });

export const study = ({ root, kind, part, in: id }: StudyTask) =>
  told(async () => ({ text: await studies.text(root, id ?? (await folderOfStudy(root, kind)), kind, part) }));

/** @throws AttuneError `run` where there is none of that kind, or several are */
async function folderOfStudy(root: string, kind: StudyKind): Promise<string> {
  const found = (await listRuns(root, runs, studies)).studies.filter((study) => study.kind === kind);
  const ids = found.map(({ id }) => id).sort(); // the folder of runs itself stands first
  if (ids.length === 1 || ids[0] === '') return ids[0]!;
  if (!ids.length) throw new AttuneError('run', `there is no study ${kind} here`);
  const places = ids.map((id) => `?in=${encodeURIComponent(id)}`);
  throw new AttuneError('run', `there are ${found.length} studies ${kind} here; ask for one: ${places.join(', ')}`);
}

/** Nothing was named before anybody looked, so nothing is tested: all is descriptive. */
export const compare = ({ folders, names }: CompareTask) =>
  told(async (): Promise<Comparison> => {
    const systems = await readSystems(folders).catch((error) => {
      throw nameInstead(error, folders, names);
    });
    return tabulate(
      systems.map((runs, i) => runs.map((run) => ({ ...run, run: names[i]! }))),
      { seed: 1, primary: [] },
      names, // whoever looks has no letters before
    );
  });

/** Where folders lie is the server's own affair. */
function nameInstead(error: unknown, folders: readonly string[], names: readonly string[]): unknown {
  if (!(error instanceof AttuneError)) return error;
  const message = folders.reduce((text, folder, i) => text.replaceAll(folder, names[i]!), error.message);
  return new AttuneError(error.code, message);
}
