import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AttuneError } from './errors.ts';

/** What the names of files end in that are not whole yet. */
const UNFINISHED = '.part';

/**
 * Writes a file so that it is there whole or not at all, also where the process is killed in between; then a part of it stays behind
 * under another name ({@link removeUnfinished}).
 *
 * @throws AttuneError `run` where it cannot be written, such as for want of space
 */
export async function writeWhole(path: string, data: string | Uint8Array): Promise<void> {
  const unfinished = `${path}.${process.pid}${UNFINISHED}`;
  try {
    await writeFile(unfinished, data);
    await rename(unfinished, path);
  } catch (cause) {
    await rm(unfinished, { force: true });
    throw cannotWrite(path, cause);
  }
}

/** Removes what killed processes left half-written in a folder and the folders in it. Nobody may be writing there. */
export async function removeUnfinished(folder: string): Promise<void> {
  for (const file of await readdir(folder, { recursive: true }))
    if (file.endsWith(UNFINISHED)) await rm(join(folder, file), { force: true });
}

/** What to tell of a failure to write. */
export function cannotWrite(path: string, cause: unknown): AttuneError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const reason = {
    ENOSPC: 'the disk is full',
    EDQUOT: 'the disk quota is used up',
    EACCES: 'writing there is not allowed',
    EROFS: 'that file system can only be read',
    ENOENT: 'the folder that would hold it does not exist',
    ENOTDIR: 'a part of the path is a file, not a folder',
    EISDIR: 'it is a folder',
  }[code ?? ''];
  return new AttuneError(
    'run',
    `${path} could not be written: ${reason ?? message}. Nothing before it is lost; mend that and start the same command again.`,
    { cause },
  );
}
