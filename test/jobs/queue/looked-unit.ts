import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Work } from '../../../src/jobs/units.ts';

/** Leaves `left.txt`, and says in which process it did what. */
export interface Looked {
  /** of this machine alone, as only tests may have it */
  readonly journal: string;
}

export const ready: Work<Looked, never> = ({ journal }) => appendFile(journal, `looks ${process.pid}\n`);

export const work: Work<Looked, never> = async ({ journal }, { folder }) => {
  await appendFile(journal, `works ${process.pid}\n`);
  await writeFile(join(folder, 'left.txt'), 'done');
};
