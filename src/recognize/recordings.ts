import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isRecording } from '../corpus/adapter.ts';
import { AttuneError } from '../errors.ts';

/** Stands for standard input among paths. */
export const STANDARD_INPUT = '-';
/** What results and messages call it. */
export const STDIN_NAME = 'standard input';

/** A recording that was asked for. */
export interface Listed {
  /** as it was given, or the folder as it was given with the rest of the path; {@link STANDARD_INPUT} */
  readonly file: string;
  /** the folder that was given, or that of the file */
  readonly root: string;
}

/** A folder that holds no recording or cannot be read. */
export interface Unlisted {
  readonly file: string;
  readonly error: AttuneError;
}

/** What a list of paths comes to. */
export interface Listing {
  /** in the order of the paths, and within a folder in the byte order of the paths */
  readonly found: readonly (Listed | Unlisted)[];
  /** plain sentences: what of a folder is passed over */
  readonly notes: readonly string[];
}

/**
 * Finds the recordings that paths mean: a file as it is, a folder with all its subfolders (Node only). In folders, files are told by
 * their extension, and hidden ones are passed over; links to files are followed, links to folders are not, so no loop catches it.
 * A path that does not exist is listed: reading it will tell.
 */
export async function listRecordings(paths: readonly string[]): Promise<Listing> {
  const [found, notes]: [(Listed | Unlisted)[], string[]] = [[], []];
  for (const path of paths) {
    const isFolder = path !== STANDARD_INPUT && (await stat(path).catch(() => undefined))?.isDirectory();
    if (!isFolder) found.push({ file: path, root: dirname(path) });
    else {
      const { files, passedOver, unread } = await walk(path);
      found.push(...unread, ...files.map((file) => ({ file, root: path })));
      const passed = [...passedOver].map(([what, count]) => `${what} (${count})`).join(', ');
      if (files.length && passed) notes.push(`${path}: passing over ${passed}`);
      if (!files.length && !unread.length) found.push(empty(path, passed));
    }
  }
  return { found, notes };
}

function empty(path: string, passed: string): Unlisted {
  const found = passed ? `only ${passed}` : 'nothing';
  return {
    file: path,
    error: new AttuneError(
      'audio',
      `${path}: expected recordings (wav, flac, mp3, m4a, ogg, opus, webm, aiff) in this folder or those in it, found ${found}. Give another folder, or a file by its own path.`,
    ),
  };
}

interface Walked {
  readonly files: string[];
  /** what is not a recording, by kind, and how many there are */
  readonly passedOver: Map<string, number>;
  readonly unread: Unlisted[];
}

async function walk(root: string): Promise<Walked> {
  const found: Walked = { files: [], passedOver: new Map(), unread: [] };
  const open = [root];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    const entries = await readdir(folder, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
      const error = new AttuneError('audio', `${folder}: this folder cannot be read (${cause.code}).`, { cause });
      found.unread.push({ file: folder!, error });
      return [];
    });
    for (const entry of entries) {
      const path = join(folder, entry.name);
      const kind = await kindOf(entry, path);
      if (kind === 'folder') open.push(path);
      else if (kind === 'recording') found.files.push(path);
      else found.passedOver.set(kind, (found.passedOver.get(kind) ?? 0) + 1);
    }
  }
  found.files.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return found;
}

async function kindOf(entry: Dirent, path: string): Promise<string> {
  if (basename(path).startsWith('.')) return 'hidden files';
  if (entry.isDirectory()) return 'folder';
  const isLinkedFolder = entry.isSymbolicLink() && (await stat(path).catch(() => undefined))?.isDirectory();
  if (isLinkedFolder) return 'links to folders';
  const isFile = entry.isFile() || entry.isSymbolicLink(); // no pipe or socket, which might never end
  return isFile && isRecording(entry.name) ? 'recording' : 'files of other kinds';
}
