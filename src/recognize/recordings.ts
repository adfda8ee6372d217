import { stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { isRecording } from '../corpus/adapter.ts';
import { type PassedOver, walkFolder } from '../corpus/walk.ts';
import { AttuneError } from '../errors.ts';
import { locate, pathOnDisk } from '../file-names.ts';

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
  /** where patterns seek a speaker: from the folder that was given on, with forward slashes; the file itself as it was given */
  readonly path: string;
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
 * their extension, and hidden ones are passed over, as are pipes, sockets and devices; links to files are followed, links to folders are
 * not, so no loop catches it. A path that does not exist is listed: reading it will tell.
 *
 * @throws AttuneError `usage` where a path that lost its bytes, as the terminal's arguments do, may be any of several files
 */
export async function listRecordings(paths: readonly string[]): Promise<Listing> {
  const [found, notes]: [(Listed | Unlisted)[], string[]] = [[], []];
  for (const given of paths) {
    const path = given === STANDARD_INPUT ? given : await pathOnDisk(given);
    const isFolder = path !== STANDARD_INPUT && (await stat(await locate(path)).catch(() => undefined))?.isDirectory();
    if (!isFolder) found.push({ file: path, root: dirname(path), path: slashed(path) });
    else {
      const { files, passedOver, unread } = await recordingsIn(path);
      found.push(...unread, ...files.map((file) => ({ file, root: path, path: slashed(relative(path, file)) })));
      const passed = [...passedOver].map(([what, count]) => `${what} (${count})`).join(', ');
      if (files.length && passed) notes.push(`${path}: passing over ${passed}`);
      if (!files.length && !unread.length) found.push(empty(path, passed));
    }
  }
  return { found, notes };
}

const slashed = (path: string) => path.split(sep).join('/');

function empty(path: string, passed: string): Unlisted {
  const found = passed ? `only ${passed}` : 'nothing';
  return {
    file: path,
    error: new AttuneError(
      'audio',
      `${path}: expected recordings (wav, flac, mp3, m4a, mp4, aac, ogg, opus, webm, mka, aiff) in this folder or those in it, found ${found}. Give another folder, or a file by its own path.`,
    ),
  };
}

interface InFolder {
  /** in byte order */
  readonly files: readonly string[];
  /** what is not a recording, by kind: how many there are, and of files a few names */
  readonly passedOver: ReadonlyMap<string, string>;
  readonly unread: readonly Unlisted[];
}

/** Whether a file ends as what has sound does: a corpus's recordings, and files that may hold pictures too. */
const isHeard = (file: string) => isRecording(file) || /\.(mp4|mka)$/i.test(file);

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

const FEW = 3;
const few = (names: readonly string[]) => [...names.slice(0, FEW), ...(names.length > FEW ? ['...'] : [])].join(', ');

async function recordingsIn(root: string): Promise<InFolder> {
  const walked = await walkFolder(root, { followLinks: false, hidden: false });
  const passedOver = new Map<string, string>();
  for (const [kind, what] of Object.entries(PLURAL)) {
    const count = [...walked.passedOver.values()].filter((found) => found === kind).length;
    if (count) passedOver.set(what, String(count));
  }
  const others = walked.files.filter((file) => !isHeard(file)).sort(byBytes);
  if (others.length) passedOver.set('files of other kinds', `${others.length}: ${few(others)}`);
  const unread = [...walked.unread].map(([folder, why]) => {
    const file = join(root, folder);
    return { file, error: new AttuneError('audio', `${file}: this folder cannot be read (${why}).`) };
  });
  const files = walked.files.filter(isHeard).map((file) => join(root, file));
  files.sort(byBytes);
  return { files, passedOver, unread };
}

const PLURAL: Readonly<Record<PassedOver, string>> = {
  'hidden file': 'hidden files',
  'link to a folder': 'links to folders',
  'named pipe': 'named pipes',
  socket: 'sockets',
  device: 'devices',
};

/** The deepest folder that holds all of these absolute ones. */
export function commonFolder(folders: readonly string[]): string {
  const [first = sep, ...others] = folders;
  const parts = first.split(sep);
  const shared = parts.findIndex((part, i) => others.some((other) => other.split(sep)[i] !== part));
  return (shared < 0 ? parts : parts.slice(0, shared)).join(sep) || sep;
}
