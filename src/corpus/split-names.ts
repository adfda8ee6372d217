import { withoutExtension } from './adapter.ts';
import { few } from './findings.ts';
import { nameKey } from './spelling.ts';
import type { Utterance } from './utterance.ts';

/** What a name of a split means in a corpus. */
export type Meaning<One> =
  | {
      readonly utterance: One;
      /** where the folders of the name are others than those of the file, which its own name alone found */
      readonly elsewhere?: true;
    }
  /** a recording that the corpus does not use */
  | 'left out'
  | 'unknown'
  /** why it is not one utterance, for messages, behind the name; and what to do */
  | { readonly why: string; readonly remedy: string };

type Named = Pick<Utterance, 'id' | 'file' | 'start' | 'speaker'>;

/** A path, the last part first, its extension left out. */
type Parts = readonly string[];

/** A recording, or a part of one by its id, and the utterances that it holds; none: the corpus does not use it. */
interface Recording<One> {
  readonly file: string;
  readonly parts: Parts;
  readonly utterances: readonly One[];
}

/** What the corpus and the split are like, which decides what a file's name alone can mean. */
interface Layout {
  /** folders in which all recordings of the corpus lie */
  readonly root: number;
  readonly folders: ReadonlySet<string>;
  /** whether names of files tell recordings apart, in the corpus and in the split, and no folder names a speaker */
  readonly namesTell: boolean;
  /** whether no two names of the split have one file name in several folders */
  readonly splitTells: boolean;
}

/**
 * Finds what names of a split mean: ids of utterances, or files, whose paths may begin elsewhere, as in a list that was made on another
 * machine. A name means the file whose path it ends with, or that ends with it; where several files do, it means none. Where folders differ,
 * it means the file of its name only as far as names of files tell recordings apart, and folders do not.
 *
 * @param unused files of recordings that lie there and that the corpus does not use
 * @param names all of the split
 */
export function finder<One extends Named>(
  utterances: readonly One[],
  names: readonly string[],
  unused: readonly string[] = [],
): (name: string) => Meaning<One> {
  const byId = new Map(utterances.map((utterance) => [utterance.id.normalize('NFC'), utterance]));
  const recordings = recordingsOf(utterances, unused);
  const byName = groupedByName(recordings.map((one) => [one.parts, one]));
  const byPath = groupedByName(recordings.map((one) => [[pathOf(one.parts)], one]));
  const layout = layoutOf(recordings, names);
  return (name) => {
    const utterance = byId.get(name.normalize('NFC'));
    if (utterance) return { utterance };
    const parts = partsOf(name);
    const same = byPath.get(pathOf(parts));
    if (same) return meaningOf(same);
    const alike = byName.get(parts[0] ?? '') ?? [];
    const agreeing = alike.filter((one) => agree(one.parts, parts, layout));
    if (agreeing.length) return meaningOf(closest(agreeing, parts));
    const [first] = alike;
    if (!first) return 'unknown';
    if (!layout.namesTell)
      return {
        why: `is no utterance of the corpus, where ${first.file} lies in another folder`,
        remedy: 'write paths as the corpus has them, or take the line out',
      };
    const meant = meaningOf(alike);
    return typeof meant !== 'string' && 'utterance' in meant ? { ...meant, elsewhere: true } : meant;
  };
}

const partsOf = (path: string): Parts =>
  withoutExtension(path)
    .normalize('NFC')
    .split(/[\\/]/)
    .filter((part) => part !== '' && part !== '.')
    .reverse();

const pathOf = (parts: Parts): string => parts.join('/');

function recordingsOf<One extends Named>(utterances: readonly One[], unused: readonly string[]): Recording<One>[] {
  const byFile = new Map<string, One[]>();
  for (const utterance of utterances) {
    const own = byFile.get(utterance.file);
    if (own) own.push(utterance);
    else byFile.set(utterance.file, [utterance]);
  }
  const one = (file: string, own: readonly One[]) => ({ file, parts: partsOf(file), utterances: own });
  const parts = utterances.filter(({ start }) => start !== undefined);
  return [
    ...[...byFile].map(([file, own]) => one(file, own)),
    ...parts.map((utterance) => one(utterance.id, [utterance])),
    ...unused.map((file) => one(file, [])),
  ];
}

function groupedByName<Value>(named: readonly (readonly [Parts, Value])[]): ReadonlyMap<string, readonly Value[]> {
  const groups = new Map<string, Value[]>();
  for (const [[name = ''], value] of named) {
    const group = groups.get(name);
    if (group) group.push(value);
    else groups.set(name, [value]);
  }
  return groups;
}

function layoutOf<One extends Named>(recordings: readonly Recording<One>[], names: readonly string[]): Layout {
  const used = recordings.filter(({ utterances }) => utterances.length);
  const isTold = (paths: readonly Parts[]) =>
    [...groupedByName(paths.map((parts) => [parts, parts])).values()].every((own) =>
      own.every((parts) => isEndOf(parts, own[0]!) || isEndOf(own[0]!, parts)),
    );
  const splitTells = isTold(names.map(partsOf));
  const isSpeakers = ({ parts, utterances }: Recording<One>) => {
    const words = new Set(parts.slice(1).flatMap((part) => [part, ...part.split(/[^\p{L}\p{N}]+/u)].map(nameKey)));
    return utterances.some(({ speaker }) => words.has(nameKey(speaker.slice(speaker.lastIndexOf('/') + 1)))); // of several corpora: behind its name
  };
  return {
    root: sharedFolders(used.map(({ parts }) => parts)),
    folders: new Set(used.flatMap(({ parts }) => parts.slice(1))),
    namesTell: splitTells && isTold(recordings.map(({ parts }) => parts)) && !used.some(isSpeakers),
    splitTells,
  };
}

/** How many folders at the beginning all paths have in common. */
function sharedFolders(paths: readonly Parts[]): number {
  const [first = [], ...others] = paths.map((parts) => parts.slice(1).reverse());
  const differs = first.findIndex((folder, i) => others.some((other) => other[i] !== folder));
  return differs < 0 ? first.length : differs;
}

const isEndOf = (short: Parts, long: Parts): boolean =>
  short.length <= long.length && short.every((part, i) => part === long[i]);

/** Whether one is the end of the other. Folders that all recordings lie in need not be in a name. */
function agree(path: Parts, name: Parts, { root, folders, splitTells }: Layout): boolean {
  if (isEndOf(name, path) || (path.length > 1 && isEndOf(path, name))) return true;
  const within = path.slice(0, Math.max(1, path.length - root));
  if (!isEndOf(within, name)) return false;
  return (
    within.length > 1 || (splitTells && !name.slice(1).some((folder) => folders.has(folder) && !path.includes(folder)))
  );
}

/** Of recordings that agree with a name those whose path has most of it; of equals those whose whole path it is. */
function closest<One>(recordings: readonly Recording<One>[], name: Parts): readonly Recording<One>[] {
  const shared = recordings.map(({ parts }) => {
    const differs = name.findIndex((part, i) => part !== parts[i]);
    return differs < 0 ? name.length : differs;
  });
  const most = Math.max(...shared);
  const best = recordings.filter((_, i) => shared[i] === most);
  const whole = best.filter(({ parts }) => parts.length === name.length && most === name.length);
  return whole.length ? whole : best;
}

/** What recordings mean together: those that the corpus uses count, as where a copy lies beside them. */
function meaningOf<One extends Named>(found: readonly Recording<One>[]): Meaning<One> {
  const used = found.filter(({ utterances }) => utterances.length);
  const [first] = used;
  if (!first) return 'left out';
  if (used.length > 1)
    return { why: `may be any of ${few(used.map(({ file }) => file))}`, remedy: 'write paths as the corpus has them' };
  const [utterance, ...others] = first.utterances as [One, ...One[]];
  if (!others.length) return { utterance };
  return { why: 'is a recording whose parts are utterances', remedy: `name these by id, such as ${utterance.id}` };
}

/** Whether two names of one utterance contradict each other: neither is the end of the other. */
export const contradict = (one: string, other: string): boolean => {
  const [a, b] = [partsOf(one), partsOf(other)];
  return !isEndOf(a, b) && !isEndOf(b, a);
};
