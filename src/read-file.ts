import { constants, fstatSync } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { locate } from './file-names.ts';

/** What tells kinds of files, of a file or an entry of a folder. */
type Kinds = Readonly<
  Record<'isFile' | 'isDirectory' | 'isFIFO' | 'isSocket' | 'isBlockDevice' | 'isCharacterDevice', () => boolean>
>;

/** What something is that is no regular file. */
export type OtherKind = 'folder' | 'named pipe' | 'socket' | 'device';

/** The kind of what is found; undefined where it is a regular file, or a link that leads nowhere. */
export function otherKind(found: Kinds): OtherKind | undefined {
  if (found.isDirectory()) return 'folder';
  if (found.isFIFO()) return 'named pipe';
  if (found.isSocket()) return 'socket';
  return found.isBlockDevice() || found.isCharacterDevice() ? 'device' : undefined;
}

/** Whether standard input is a folder, of which Node reads nothing, and says nothing. */
export function inputIsFolder(): boolean {
  try {
    return fstatSync(0).isDirectory();
  } catch {
    return false; // it is closed
  }
}

/** The code of an error that is no system's: the path leads to what is neither a regular file nor a folder. */
export const NOT_A_FILE = 'ENOTFILE';

/**
 * Opens a regular file to be read. A pipe or a device might never give a byte, or never end, and is not opened.
 *
 * @param path also as `pathOnDisk` gives it
 * @throws Error with a system's code, such as `ENOENT`; `EISDIR` for a folder, {@link NOT_A_FILE} for what is no file
 */
export async function openFile(path: string): Promise<FileHandle> {
  const place = await locate(path);
  refuseOther(await stat(place)); // first: to open a device may set it going
  const file = await open(place, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)); // a pipe may have come since
  try {
    refuseOther(await file.stat());
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/**
 * All bytes of a regular file.
 *
 * @throws Error as {@link openFile} does
 */
export async function readWhole(path: string): Promise<Buffer> {
  const file = await openFile(path);
  try {
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/** Why a file was not read, in brief: a system's code, or what it is instead of a file. */
export const whyUnread = ({ code, message }: NodeJS.ErrnoException): string =>
  code === NOT_A_FILE ? message : (code ?? message);

function refuseOther(found: Kinds): void {
  const kind = otherKind(found);
  if (!kind) return;
  const code = kind === 'folder' ? 'EISDIR' : NOT_A_FILE;
  throw Object.assign(new Error(`it is a ${kind}, not a file`), { code });
}
