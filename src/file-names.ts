import { isUtf8 } from 'node:buffer';
import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { sep } from 'node:path';
import { AttuneError } from './errors.ts';

/**
 * A file's name as text: where its bytes are no UTF-8, as old systems wrote them, those that are not stand as `\xE9`. {@link locate} finds
 * the file again.
 */
export function readableName(bytes: Uint8Array): string {
  const text = (start: number, end: number) => Buffer.from(bytes.subarray(start, end)).toString();
  if (isUtf8(bytes)) return text(0, bytes.length);
  let name = '';
  for (let at = 0; at < bytes.length; ) {
    const length = [1, 2, 3, 4].find((length) => isUtf8(bytes.subarray(at, at + length)));
    name += length ? text(at, at + length) : `\\x${bytes[at]!.toString(16).toUpperCase()}`;
    at += length ?? 1;
  }
  return name;
}

const ESCAPED = /\\x([89A-F][0-9A-F])/;

const bytesOf = (path: string): Buffer =>
  Buffer.concat(path.split(ESCAPED).map((part, i) => Buffer.from(part, i % 2 ? 'hex' : 'utf8')));

/** What stands for bytes that are no UTF-8 where Node made text of them, as in the arguments of a command. */
const LOST = /\ufffd+/gu;

/**
 * The path as the system takes it. Text that names no file may have been written by {@link readableName}, or have lost bytes as an
 * argument of a command does: then it is the one file that is read so.
 *
 * @throws AttuneError `usage` where several files are read so
 */
export async function locate(path: string): Promise<string | Buffer> {
  const isOdd = ESCAPED.test(path) || path.includes('\ufffd');
  if (sep !== '/' || !isOdd || (await isThere(path))) return path;
  const bytes = bytesOf(path);
  if (await isThere(bytes)) return bytes;
  const [found, ...others] = path.includes('\ufffd') ? await lookUp(path) : [];
  if (!others.length) return found ?? path;
  const names = [found!, ...others].map(readableName).join(', ');
  throw new AttuneError('usage', `${path} may be any of ${names}: name the one that is meant in this way`);
}

/** A path as text that {@link locate} takes to the same file everywhere, also where it lost bytes. */
export async function pathOnDisk(path: string): Promise<string> {
  const place = await locate(path);
  return typeof place === 'string' ? place : readableName(place);
}

const isThere = (path: string | Buffer) =>
  lstat(path).then(
    () => true,
    () => false,
  );

/** Files whose paths lose their bytes to become `path`. */
async function lookUp(path: string): Promise<Buffer[]> {
  let found = [Buffer.from(path.startsWith('/') ? '/' : '')];
  for (const part of path.split('/').filter(Boolean)) {
    const below = found.map(async (folder) => {
      const slash = folder.length === 0 || folder.at(-1) === 0x2f ? '' : '/';
      const names = part.includes('\ufffd') ? await namesLike(part, folder) : [bytesOf(part)];
      return names.map((name) => Buffer.concat([folder, Buffer.from(slash), name]));
    });
    found = (await Promise.all(below)).flat();
  }
  const there = await Promise.all(found.map(isThere));
  return found.filter((_, i) => there[i]);
}

async function namesLike(part: string, folder: Buffer): Promise<Buffer[]> {
  const names = await readdir(folder.length ? folder : '.', { encoding: 'buffer' }).catch((): Buffer[] => []);
  return names.filter((name) => name.toString().replace(LOST, '\ufffd') === part.replace(LOST, '\ufffd'));
}

/** What a folder holds, with names as {@link readableName} has them. */
export async function entriesOf(
  folder: string,
): Promise<{ readonly name: string; readonly entry: Dirent<string | Buffer> }[]> {
  const place = await locate(folder);
  const entries = await readdir(place, { withFileTypes: true });
  if (!entries.some(({ name }) => name.includes('\ufffd')))
    return entries.map((entry) => ({ name: entry.name, entry }));
  const bytes = await readdir(place, { withFileTypes: true, encoding: 'buffer' });
  return bytes.map((entry) => ({ name: readableName(entry.name), entry }));
}
