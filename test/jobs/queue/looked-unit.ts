import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AttuneError } from '../../../src/errors.ts';
import type { Work } from '../../../src/jobs/units.ts';

/** Leaves `left.txt`, and says in which process it did what. */
export interface Looked {
  /** of this machine alone, as only tests may have it */
  readonly journal: string;
  /** the code of its error where it finds a recording that is no more what was looked at */
  readonly finds?: 'corpus' | 'audio';
}

export const ready: Work<Looked, never> = ({ journal }) => appendFile(journal, `looks ${process.pid}\n`);

export const work: Work<Looked, never> = async ({ journal, finds }, { folder }) => {
  await appendFile(journal, `works ${process.pid}\n`);
  if (finds) throw new AttuneError(finds, 'a.wav has changed');
  await writeFile(join(folder, 'left.txt'), 'done');
};
