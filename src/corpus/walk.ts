import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AttuneError } from '../errors.ts';
import { entriesOf, locate } from '../file-names.ts';
import { type OtherKind, otherKind, whyUnread } from '../read-file.ts';

/** Folders within folders at the most. */
const DEEPEST = 100;
/** Files and folders that may be come to again, by links: folders that link to each other make more ways than can be gone. */
const MOST_REPEATS = 100_000;

/** What is passed over. */
export type PassedOver = Exclude<OtherKind, 'folder'> | 'link to a folder' | 'hidden file';

/** What lies in a folder and those in it. Paths are relative to it, with forward slashes, in no order. */
export interface Walked {
  /** regular files, and links that lead to one or nowhere */
  readonly files: readonly string[];
  readonly passedOver: ReadonlyMap<string, PassedOver>;
  /** folders that were not entered, and why, such as `EACCES` */
  readonly unread: ReadonlyMap<string, string>;
}

/** How a folder is walked through. */
export interface WalkOptions {
  /** whether linked folders are entered, but for those that lead back up */
  readonly followLinks: boolean;
  /** whether hidden files and folders count */
  readonly hidden: boolean;
}

interface Entry {
  readonly name: string;
  /** undefined where it is a file, or a link that leads nowhere */
  readonly kind: PassedOver | 'folder' | undefined;
  /** of a folder: tells it from all others, by whatever way it is come to */
  readonly id: string;
}

interface Folder {
  readonly path: string;
  readonly id: string;
  /** ids of the folders that hold it */
  readonly above: readonly string[];
}

/**
 * Finds what lies in a folder and those in it, however deep it is and whatever its links do.
 *
 * @throws AttuneError `corpus` where links lead to the same folders too often
 */
export async function walkFolder(root: string, options: WalkOptions): Promise<Walked> {
  const [files, passedOver, unread] = [[] as string[], new Map<string, PassedOver>(), new Map<string, string>()];
  const listed = new Map<string, readonly Entry[]>(); // by id
  let repeats = 0;
  const enter = async ({ path, id, above }: Folder): Promise<Folder[]> => {
    const known = listed.get(id);
    if (known) repeats += 1 + known.length;
    if (repeats > MOST_REPEATS) throw tooManyWays(root, path);
    const entries = known ?? (await list(join(root, path), options));
    listed.set(id, entries);
    const below: Folder[] = [];
    for (const { name, kind, id: own } of entries) {
      const place = path ? `${path}/${name}` : name;
      if (kind === 'folder') below.push({ path: place, id: own, above: [...above, id] });
      else if (kind) passedOver.set(place, kind);
      else files.push(place);
    }
    return below.filter(({ id, above }) => !above.includes(id));
  };
  const open: Folder[] = [{ path: '', id: identity(await statOf(root)), above: [] }];
  for (let folder = open.pop(); folder; folder = open.pop()) {
    if (folder.above.length > DEEPEST) unread.set(folder.path, `it lies more than ${DEEPEST} folders deep`);
    else
      await enter(folder).then(
        (below) => open.push(...below),
        (cause) => {
          if (cause instanceof AttuneError) throw cause;
          unread.set(folder!.path, whyUnread(cause));
        },
      );
  }
  return { files, passedOver, unread };
}

/** What a folder holds, links as what they lead to. */
async function list(folder: string, { followLinks, hidden }: WalkOptions): Promise<Entry[]> {
  const entries = (await entriesOf(folder)).map(async ({ name, entry }): Promise<Entry> => {
    if (!hidden && name.startsWith('.')) return { name, kind: 'hidden file', id: '' };
    const isLink = entry.isSymbolicLink();
    if (!isLink && !entry.isDirectory()) return { name, kind: otherKind(entry), id: '' };
    const found = await statOf(join(folder, name)).catch(() => undefined);
    const kind = found && otherKind(found);
    if (kind !== 'folder') return { name, kind, id: '' };
    return { name, kind: isLink && !followLinks ? 'link to a folder' : kind, id: identity(found!) };
  });
  return Promise.all(entries);
}

const statOf = async (path: string): Promise<BigIntStats> => stat(await locate(path), { bigint: true });

const identity = ({ dev, ino }: BigIntStats) => `${dev}:${ino}`;

const tooManyWays = (root: string, path: string) =>
  new AttuneError(
    'corpus',
    `${root}: its links lead to the same files and folders more than ${MOST_REPEATS} times, at last to ${path}; take out the links between its folders`,
  );
