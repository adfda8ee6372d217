import { realpath } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { AttuneError } from '../../errors.ts';
import { readWhole } from '../../read-file.ts';

/** A folder in the name of a run: nothing that leads elsewhere, nor is hidden. */
export const PART = /^[^./\\\p{Cc}][^/\\\p{Cc}]*$/u;

const NO_RUN = 'there is no run of that name here';

/**
 * The folder of a run within the folder of runs.
 *
 * @throws AttuneError `run` where there is none, or the name leads elsewhere
 */
export async function folderOfRun(root: string, id: string): Promise<string> {
  if (id)
    return dirname(
      await fileIn(root, id, 'config.json').catch(() => {
        throw new AttuneError('run', NO_RUN);
      }),
    );
  throw new AttuneError('run', NO_RUN);
}

/**
 * A file of a run or of a study.
 *
 * @param id of its folder, empty for the folder of runs itself
 * @throws AttuneError `run` where there is none, or the name leads elsewhere
 */
export async function fileIn(root: string, id: string, file: string): Promise<string> {
  const missing = () => new AttuneError('run', `there is no ${file} of that name here`);
  if (id && !id.split('/').every((part) => PART.test(part))) throw missing();
  const [base, folder] = await Promise.all([realpath(root), realpath(join(root, id))]).catch(() => {
    throw missing();
  });
  if (folder !== base && !folder.startsWith(base + sep)) throw missing();
  const inside = await realpath(join(folder, file)).catch(() => {
    throw missing();
  });
  if (inside !== join(folder, file)) throw missing(); // a link, which may lead anywhere
  return inside;
}

export const textOf = async (path: string): Promise<string> => Buffer.from(await readWhole(path)).toString('utf8');
