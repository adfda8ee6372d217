import { readdir, realpath, stat } from 'node:fs/promises';
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
  const files = (await filesBelow(root)).map((path) => relative(root, path).split(sep).join('/')).sort(byCodeUnits);
  const recordings = files.filter((file) => isRecording(file) && !isHidden(file));
  return { root, files, recordings, ...(isTable && { table: basename(absolute) }) };
}

/**
 * Paths of all files in a folder and those in it, links to folders included.
 *
 * @param above real paths of the folders that hold it; a link back to one of them is passed over
 */
async function filesBelow(folder: string, above: readonly string[] = []): Promise<string[]> {
  const real = await realpath(folder);
  if (above.includes(real)) return [];
  const entries = await readdir(folder, { withFileTypes: true });
  const below = entries.map(async (entry) => {
    const path = join(folder, entry.name);
    const found = entry.isSymbolicLink() ? await stat(path).catch(() => entry) : entry; // a link that leads nowhere is a file
    return found.isDirectory() ? filesBelow(path, [...above, real]) : [path];
  });
  return (await Promise.all(below)).flat();
}
