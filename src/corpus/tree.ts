import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { AttuneError } from '../errors.ts';
import { byCodeUnits, isRecording, type Tree } from './adapter.ts';

/** Hidden files are no recordings: macOS leaves a `._x.wav` beside an `x.wav` wherever it copies to. */
const isHidden = (file: string) => file.split('/').some((part) => part.startsWith('.'));

/**
 * Lists a folder of recordings, subfolders included; of a CSV, the folder in which it lies.
 *
 * @throws AttuneError `corpus` where the path is missing, or is a file other than a CSV
 */
export async function listTree(path: string): Promise<Tree> {
  const absolute = resolve(path);
  const found = await stat(absolute).catch((cause) => {
    throw new AttuneError('corpus', `cannot read ${absolute}: give the folder that holds the recordings`, { cause });
  });
  const isTable = found.isFile() && /\.csv$/i.test(absolute);
  if (!found.isDirectory() && !isTable)
    throw new AttuneError(
      'corpus',
      `${absolute} is a file: give the folder that holds the recordings, or a CSV that names them`,
    );
  const root = isTable ? dirname(absolute) : absolute;
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort(byCodeUnits);
  const recordings = files.filter((file) => isRecording(file) && !isHidden(file));
  return { root, files, recordings, ...(isTable && { table: basename(absolute) }) };
}
