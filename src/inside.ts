import { basename, isAbsolute, normalize, sep } from 'node:path';
import * as v from 'valibot';

/** Whether a path leads nowhere but into the folder that it is counted from. */
export function leadsInside(path: string): boolean {
  if (!path || path.includes('\0') || isAbsolute(path)) return false;
  const whole = normalize(path);
  return whole !== '..' && !whole.startsWith(`..${sep}`);
}

/** A path that leads nowhere but into a folder. */
export const inside = (folder: string) =>
  v.custom<string>((path) => typeof path === 'string' && leadsInside(path), `a path within ${folder}`);

/** The name of a folder among others, as of an archive or a corpus: no path. Empty for that of a whole disk. */
export const folderOf = v.custom<string>(
  (name) => typeof name === 'string' && name !== '..' && !/[/\0]/.test(name) && basename(name) === name,
  'the name of a folder',
);
