import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { AttuneError } from '../errors.ts';
import { locate } from '../file-names.ts';

/** By what name other machines find a folder of recordings among their own: the last part of its path. */
export const folderName = (directory: string): string => basename(resolve(directory));

/**
 * A folder of recordings on this machine which holds one of some files: one of some folders that has its name, or the one by its name in
 * them; else one of any name.
 *
 * @param name as {@link folderName} gives it
 * @param files relative to the folder; the first is asked for first. None: any folder will do
 * @param isByNameAlone whether one of another name will not do: for files that nobody hashes
 * @throws AttuneError `corpus` where none does
 */
export async function ownFolder(
  folders: readonly string[],
  name: string,
  files: readonly string[],
  isByNameAlone = false,
): Promise<string> {
  const isName = name === basename(name) && name !== '..';
  const called = folders.flatMap((folder) => [
    ...(folderName(folder) === name ? [folder] : []),
    ...(isName ? [join(folder, name)] : []),
  ]);
  const candidates = isByNameAlone ? called : [...called, ...folders];
  if (!files.length && candidates[0]) return candidates[0];
  for (const file of files)
    for (const candidate of candidates) if (await isThere(join(candidate, file))) return candidate;
  throw new AttuneError(
    'corpus',
    `expected the recordings ${name}, with ${files[0]} in them, ${
      candidates.length ? `but they lie in none of ${candidates.join(', ')}` : 'but no folder of recordings is known'
    }: name their folder with --corpus-dir, or the one that holds it in ATTUNE_CORPORA`,
  );
}

const isThere = (path: string) =>
  locate(path)
    .then(stat)
    .then(
      () => true,
      () => false,
    );
