import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { linkIn, PART } from './folders.ts';
import { mtimeOf } from './kept-files.ts';
import type { Row, RunReader } from './read-run.ts';
import { KINDS, STUDIES, type Study, type StudyReader } from './studies.ts';

/** Folders within the folder of runs that are looked into, and runs that are shown. */
const [DEPTH, MOST] = [3, 1000];

/** What a folder of runs holds. */
export interface Listed {
  readonly runs: readonly Row[];
  readonly studies: readonly Study[];
  /** runs that are not shown, which were written longest ago */
  readonly omitted: number;
}

/** Runs and studies of a folder of runs, the last changed first. */
export async function listRuns(root: string, runsBy: RunReader, studiesBy: StudyReader): Promise<Listed> {
  const [found, studies]: [{ readonly folder: string; readonly id: string }[], Study[]] = [[], []];
  const look = async (folder: string, names: readonly string[]): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    const files = new Set(entries.map(({ name }) => name));
    const id = names.join('/');
    if (names.length && files.has('config.json')) {
      found.push({ folder, id });
      return;
    }
    for (const kind of KINDS) if (files.has(STUDIES[kind].figures)) studies.push(await studiesBy.row(folder, id, kind));
    if (names.length === DEPTH) return;
    for (const entry of entries)
      if (entry.isDirectory() && PART.test(entry.name)) await look(join(folder, entry.name), [...names, entry.name]);
  };
  await look(root, []);
  const dated = await Promise.all(found.map(async (one) => ({ ...one, changed: await lastWritten(one.folder) })));
  const shown = dated.sort((a, b) => b.changed - a.changed).slice(0, MOST);
  const runs: Row[] = [];
  for (const { folder, id, changed } of shown) {
    const link = await linkIn(folder);
    runs.push(link ? unread(id, changed, link) : await runsBy.row(folder, id));
  }
  const lastFirst = (a: { changed: string }, b: { changed: string }) => b.changed.localeCompare(a.changed);
  return { runs: runs.sort(lastFirst), studies: studies.sort(lastFirst), omitted: found.length - shown.length };
}

const lastWritten = async (folder: string): Promise<number> =>
  Math.max(await mtimeOf(join(folder, 'log.jsonl')), await mtimeOf(join(folder, 'config.json')));

const unread = (id: string, changed: number, damage: string): Row => ({
  ...{ id, state: 'unfinished', changed: new Date(changed).toISOString(), damages: [damage], folds: { done: 0 } },
});
