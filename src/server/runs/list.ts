import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PART } from './folders.ts';
import type { Row, RunReader } from './read-run.ts';
import { KINDS, STUDIES, type Study, type StudyReader } from './studies.ts';

/** Folders within the folder of runs that are looked into, and runs that are shown. */
const [DEPTH, MOST] = [3, 1000];

/** What a folder of runs holds. */
export interface Listed {
  readonly runs: readonly Row[];
  readonly studies: readonly Study[];
}

/** Runs and studies of a folder of runs, the last changed first. */
export async function listRuns(root: string, runsBy: RunReader, studiesBy: StudyReader): Promise<Listed> {
  const [runs, studies]: [Row[], Study[]] = [[], []];
  const look = async (folder: string, names: readonly string[]): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    const files = new Set(entries.map(({ name }) => name));
    const id = names.join('/');
    if (names.length && files.has('config.json')) {
      runs.push(await runsBy.row(folder, id));
      return;
    }
    for (const kind of KINDS) if (files.has(STUDIES[kind].figures)) studies.push(await studiesBy.row(folder, id, kind));
    if (names.length === DEPTH) return;
    for (const entry of entries)
      if (entry.isDirectory() && PART.test(entry.name) && runs.length < MOST)
        await look(join(folder, entry.name), [...names, entry.name]);
  };
  await look(root, []);
  const lastFirst = (a: { changed: string }, b: { changed: string }) => b.changed.localeCompare(a.changed);
  return { runs: runs.sort(lastFirst), studies: studies.sort(lastFirst) };
}
