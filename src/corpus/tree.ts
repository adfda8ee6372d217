import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { AttuneError } from '../errors.ts';
import { locate, pathOnDisk } from '../file-names.ts';
import { otherKind } from '../read-file.ts';
import { byCodeUnits, isRecording, type Tree } from './adapter.ts';
import { walkFolder } from './walk.ts';

/** Hidden files are no recordings: macOS leaves a `._x.wav` beside an `x.wav` wherever it copies to. */
const isHidden = (file: string) => file.split('/').some((part) => part.startsWith('.'));

/**
 * Lists a folder of recordings, subfolders and linked folders included; of a CSV, the folder in which it lies.
 *
 * @throws AttuneError `corpus` where the path is missing or a file other than a CSV, or a folder in it cannot be listed
 */
export async function listTree(path: string): Promise<Tree> {
  const absolute = resolve(await pathOnDisk(path));
  const found = await stat(await locate(absolute)).catch((cause) => {
    throw new AttuneError('corpus', `cannot read ${absolute}: give the folder that holds the recordings`, { cause });
  });
  const kind = otherKind(found) ?? 'file';
  const isTable = kind === 'file' && /\.csv$/i.test(absolute);
  if (kind !== 'folder' && !isTable)
    throw new AttuneError(
      'corpus',
      `${absolute} is a ${kind}: give the folder that holds the recordings, or a CSV that names them`,
    );
  const root = isTable ? dirname(absolute) : absolute;
  const { files, passedOver, unread } = await walkFolder(root, { followLinks: true, hidden: true });
  for (const [folder, why] of unread)
    throw new AttuneError(
      'corpus',
      `${join(root, folder)}: this folder cannot be read (${why}); mend it or take it out`,
    );
  const sorted = [...files].sort(byCodeUnits);
  const recordings = sorted.filter((file) => isRecording(file) && !isHidden(file));
  return { root, files: sorted, recordings, others: passedOver, ...(isTable && { table: basename(absolute) }) };
}
