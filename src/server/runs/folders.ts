import { readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type * as v from 'valibot';
import { AttuneError } from '../errors.ts';
import { readWhole } from '../read-file.ts';
import { parseLog } from '../run/log-text.ts';
import { runPaths } from '../run/run-folder.ts';
import type { RUN, RUN_ROW } from './schemas.ts';

type Row = v.InferOutput<typeof RUN_ROW>;
type Run = v.InferOutput<typeof RUN>;

/** Folders within the folder of runs that are looked into, and runs that are shown. */
const [DEPTH, MOST] = [3, 1000];
/** A folder in the name of a run: nothing that leads elsewhere. */
const PART = /^[\p{L}\p{M}\p{N}_][\p{L}\p{M}\p{N} ._+-]*$/u;

const json = async (path: string): Promise<unknown> => JSON.parse(Buffer.from(await readWhole(path)).toString('utf8'));

/**
 * The folder of a run within the folder of runs.
 *
 * @throws AttuneError `run` where there is none, or the name leads elsewhere
 */
export async function folderOfRun(root: string, id: string): Promise<string> {
  const missing = () => new AttuneError('run', 'there is no run of that name here');
  if (!id.split('/').every((part) => PART.test(part))) throw missing();
  const [base, folder] = await Promise.all([realpath(root), realpath(join(root, id))]).catch(() => {
    throw missing();
  });
  if (!folder.startsWith(base + sep)) throw missing();
  await stat(runPaths(folder).config).catch(() => {
    throw missing();
  });
  return folder;
}

/** What lies in a folder of runs, the last changed first. */
export async function listRuns(root: string): Promise<Row[]> {
  const found: Row[] = [];
  const look = async (folder: string, names: readonly string[]): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    if (names.length && entries.some(({ name }) => name === 'config.json')) {
      const row = await rowOf(folder, names.join('/')).catch(() => undefined);
      if (row) found.push(row);
      return;
    }
    if (names.length === DEPTH) return;
    for (const entry of entries)
      if (entry.isDirectory() && PART.test(entry.name) && found.length < MOST)
        await look(join(folder, entry.name), [...names, entry.name]);
  };
  await look(root, []);
  return found.sort((a, b) => b.changed.localeCompare(a.changed));
}

async function rowOf(folder: string, id: string): Promise<Row> {
  const paths = runPaths(folder);
  const log = await readWhole(paths.log).then(
    (bytes) => parseLog(Buffer.from(bytes).toString('utf8')).entries,
    () => [],
  );
  const start = log.find((entry) => entry.event === 'start');
  const done = new Set(log.flatMap((entry) => (entry.event === 'fold' ? [entry.fold] : []))).size;
  const metrics = (await json(paths.metrics).catch(() => undefined)) as { wa?: number; ua?: number } | undefined;
  const changed = Math.max(...(await Promise.all([paths.config, paths.log, paths.metrics].map(mtimeOf))));
  const inAll = start && 'folds' in start && Array.isArray(start.folds) ? start.folds.length : undefined;
  return {
    id,
    state: metrics ? 'finished' : 'unfinished',
    changed: new Date(changed).toISOString(),
    folds: { done, ...(inAll !== undefined && { inAll }) },
    ...(metrics?.wa !== undefined && { wa: metrics.wa }),
    ...(metrics?.ua !== undefined && { ua: metrics.ua }),
  };
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
  return {
    ...(await rowOf(folder, id)),
    config: (await json(paths.config)) as Run['config'],
    ...(metrics && { metrics }),
  };
}

/** What was written of a run's log since so many lines: whole lines alone. */
export async function logSince(folder: string, lines: number): Promise<string[]> {
  const text = await readWhole(runPaths(folder).log).then(
    (bytes) => Buffer.from(bytes).toString('utf8'),
    () => '',
  );
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(0, -1)
    .slice(lines);
}
