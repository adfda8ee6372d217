import { stat } from 'node:fs/promises';
import { dirname, sep } from 'node:path';
import { AttuneError } from '../../errors.ts';

/** What a file holds; why that cannot be read, where it cannot; neither where there is none. */
export interface Found<T> {
  readonly value?: T;
  /** a sentence or two, without the folder */
  readonly damage?: string;
}

/** Files of which is kept what was found; of each a little. */
const MOST = 10_000;

/**
 * What reads a kind of files, each again when its size or time has changed alone.
 *
 * @param read is asked where there is a file
 */
export function keepFiles<T>(read: (path: string) => Promise<T | undefined>): (path: string) => Promise<Found<T>> {
  const known = new Map<string, { readonly stamp: string; readonly found: Found<T> }>();
  return async (path) => {
    const there = await stat(path).catch(() => undefined);
    if (!there) {
      known.delete(path);
      return {};
    }
    const stamp = `${there.size} ${there.mtimeMs} ${there.ino}`;
    const before = known.get(path);
    if (before?.stamp === stamp) return before.found;
    const found = await foundBy(read, path);
    known.delete(path);
    known.set(path, { stamp, found });
    if (known.size > MOST) known.delete(known.keys().next().value!);
    return found;
  };
}

async function foundBy<T>(read: (path: string) => Promise<T | undefined>, path: string): Promise<Found<T>> {
  try {
    const value = await read(path);
    return value === undefined ? {} : { value };
  } catch (error) {
    const why = error instanceof AttuneError ? error.message : `${path} cannot be read`;
    return { damage: withoutFolder(why, dirname(path)) };
  }
}

/** What is said of files of a folder, by their names alone: where it lies is the server's own affair. */
export const withoutFolder = (text: string, folder: string, name = 'the folder'): string =>
  text.replaceAll(folder + sep, '').replaceAll(folder, name);

/** When a file was last written, ms; 0 where there is none. */
export const mtimeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );

/** Bytes of a file; 0 where there is none. */
export const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );
