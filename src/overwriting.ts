import { stat } from 'node:fs/promises';
import { AttuneError } from './errors.ts';
import { locate } from './file-names.ts';

/**
 * Refuses to write over what is to be read. Files are told apart on the disk, so a link, another spelling of the path, or another case
 * where the file system takes it, is the same file.
 *
 * @param written paths of the files to write, which need not be there
 * @param read paths of what is to be read; undefined: it was not given
 * @throws AttuneError `usage`, naming the first of them that is to be read
 */
export async function refuseOverwriting(
  written: readonly string[],
  read: readonly (string | undefined)[],
): Promise<void> {
  const known = new Set<string>();
  for (const path of read) if (path !== undefined) known.add((await onDisk(path)) ?? '');
  known.delete('');
  for (const path of written) {
    const place = await onDisk(path);
    if (place !== undefined && known.has(place))
      throw new AttuneError('usage', `${path} is to be read, and so cannot be written; give another \`out\``);
  }
}

/** What tells a file from all others; undefined where there is none, or no regular one. */
async function onDisk(path: string): Promise<string | undefined> {
  const found = await stat(await locate(path), { bigint: true }).catch(() => undefined);
  return found?.isFile() ? `${found.dev}:${found.ino}` : undefined;
}
