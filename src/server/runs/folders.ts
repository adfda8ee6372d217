import { readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type * as v from 'valibot';
import { AttuneError } from '../../errors.ts';
import { readWhole } from '../../read-file.ts';
import { parseLog } from '../../run/log-text.ts';
import type { LogEntry } from '../../run/run-files.ts';
import { runPaths } from '../../run/run-folder.ts';
import { standingOf } from '../../run/standing.ts';
import type { RUN, RUN_ROW, STUDY } from '../schemas.ts';

type Row = v.InferOutput<typeof RUN_ROW>;
type Run = v.InferOutput<typeof RUN>;
type Study = v.InferOutput<typeof STUDY>;

/** Folders within the folder of runs that are looked into, and runs that are shown. */
const [DEPTH, MOST] = [3, 1000];
/** A folder in the name of a run: nothing that leads elsewhere, nor is hidden. */
const PART = /^[^./\\\p{Cc}][^/\\\p{Cc}]*$/u;

/** What a study leaves in its folder: its figures, and its picture where it has one. */
export const STUDIES = {
  table1: { figures: 'table1.json' },
  figure2: { figures: 'sweep.json', picture: 'figure2.svg' },
  gap: { figures: 'gap.json', picture: 'gap.svg' },
} as const;

const json = async (path: string): Promise<unknown> => JSON.parse(Buffer.from(await readWhole(path)).toString('utf8'));
const textOf = (path: string): Promise<string> =>
  readWhole(path).then(
    (bytes) => Buffer.from(bytes).toString('utf8'),
    () => '',
  );

/**
 * The folder of a run within the folder of runs.
 *
 * @throws AttuneError `run` where there is none, or the name leads elsewhere
 */
export async function folderOfRun(root: string, id: string): Promise<string> {
  return folderWith(root, id, 'config.json');
}

async function folderWith(root: string, id: string, file: string): Promise<string> {
  const missing = () => new AttuneError('run', 'there is no run of that name here');
  if (id && !id.split('/').every((part) => PART.test(part))) throw missing();
  const [base, folder] = await Promise.all([realpath(root), realpath(join(root, id))]).catch(() => {
    throw missing();
  });
  if (folder !== base && !folder.startsWith(base + sep)) throw missing();
  const inside = await realpath(join(folder, file)).catch(() => {
    throw missing();
  });
  if (inside !== join(folder, file)) throw missing(); // a link, which may lead anywhere
  return folder;
}

/** Runs and studies of a folder of runs, the last changed first. */
export async function listRuns(root: string): Promise<{ runs: Row[]; studies: Study[] }> {
  const runs: Row[] = [];
  const studies: Study[] = [];
  const look = async (folder: string, names: readonly string[]): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    const files = new Set(entries.map(({ name }) => name));
    const id = names.join('/');
    if (names.length && files.has('config.json')) {
      const row = await rowOf(folder, id).catch(() => undefined);
      if (row) runs.push(row);
      return;
    }
    for (const kind of Object.keys(STUDIES) as (keyof typeof STUDIES)[])
      if (files.has(STUDIES[kind].figures)) studies.push({ id, kind, changed: await changedOf(folder, kind) });
    if (names.length === DEPTH) return;
    for (const entry of entries)
      if (entry.isDirectory() && PART.test(entry.name) && runs.length < MOST)
        await look(join(folder, entry.name), [...names, entry.name]);
  };
  await look(root, []);
  const lastFirst = (a: { changed: string }, b: { changed: string }) => b.changed.localeCompare(a.changed);
  return { runs: runs.sort(lastFirst), studies: studies.sort(lastFirst) };
}

const changedOf = async (folder: string, kind: keyof typeof STUDIES): Promise<string> =>
  new Date(await mtimeOf(join(folder, STUDIES[kind].figures))).toISOString();

async function rowOf(folder: string, id: string): Promise<Row> {
  const paths = runPaths(folder);
  const [log, folds] = [await logOf(folder), await foldsOf(folder)];
  const done = new Set(log.flatMap((entry) => (entry.event === 'fold' ? [entry.fold] : []))).size;
  const metrics = (await json(paths.metrics).catch(() => undefined)) as { wa?: number; ua?: number } | undefined;
  const changed = log.at(-1)?.time ?? new Date(await mtimeOf(paths.config)).toISOString(); // a copy keeps the times of its log
  return {
    ...{ id, state: metrics ? 'finished' : 'unfinished', changed },
    folds: { done: metrics ? Math.max(done, folds.length) : done, ...(folds.length && { inAll: folds.length }) },
    ...(metrics?.wa !== undefined && { wa: metrics.wa }),
    ...(metrics?.ua !== undefined && { ua: metrics.ua }),
  };
}

const logOf = async (folder: string): Promise<LogEntry[]> => parseLog(await textOf(runPaths(folder).log)).entries;

/** Names of a run's folds, in the order of its recordings. */
async function foldsOf(folder: string): Promise<string[]> {
  const manifest = (await json(runPaths(folder).manifest).catch(() => undefined)) as
    | { recordings?: { fold?: string }[] }
    | undefined;
  return [...new Set(manifest?.recordings?.flatMap(({ fold }) => (fold === undefined ? [] : [fold])))].sort();
}

const mtimeOf = (path: string) =>
  stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );

/** @throws AttuneError `run` as {@link folderOfRun} */
export async function readRun(root: string, id: string): Promise<Run> {
  const folder = await folderOfRun(root, id);
  const paths = runPaths(folder);
  const metrics = (await json(paths.metrics).catch(() => undefined)) as Run['metrics'];
  const config = (await json(paths.config).catch(() => {
    throw new AttuneError('run', 'config.json of this run is damaged: put back a good copy');
  })) as Run['config'] & { options?: { schedule?: { epochs?: number } } };
  const epochs = config.options?.schedule?.epochs ?? 0;
  return {
    ...(await rowOf(folder, id)),
    config,
    standing: standingOf(await logOf(folder), await foldsOf(folder), epochs) as Run['standing'],
    hasReport: (await mtimeOf(paths.report)) > 0,
    ...(metrics && { metrics }),
  };
}

/**
 * A file of a run or of a study, as text.
 *
 * @param id of its folder, empty for the folder of runs itself
 * @throws AttuneError `run` where there is none, or the name leads elsewhere
 */
export async function textIn(root: string, id: string, file: string): Promise<string> {
  return textOf(join(await folderWith(root, id, file), file));
}
