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
  /** a recording, or a part of one, that the corpus does not use */
  | 'left out'
  | 'unknown'
  /** why it is not one utterance, for messages, behind the name; and what to do */
  | { readonly why: string; readonly remedy: string };

type Named = Pick<Utterance, 'id' | 'file' | 'start' | 'speaker'>;

/** A recording, and the utterances that it holds; none: the corpus does not use it. */
interface Recording<One> {
  readonly file: string;
  /** of its path, the last first, its extension left out */
  readonly parts: readonly string[];
  readonly utterances: readonly One[];
}

/**
 * Finds what names mean: ids of utterances, or files, whose paths may begin elsewhere, as in a list that was made on another machine. Of
 * several files of that name it is the one whose folders agree furthest, from the file on; where several do, the name means nothing.
 * A name whose last folder is another is that of a file only where files are told apart by their own names, and no folder names a speaker.
 *
 * @param unused files of recordings that lie there and that the corpus does not use
 */
export function finder<One extends Named>(
  utterances: readonly One[],
  unused: readonly string[] = [],
): (name: string) => Meaning<One> {
  const byId = new Map(utterances.map((utterance) => [utterance.id, utterance]));
  const byFile = new Map<string, One[]>(unused.map((file) => [file, []]));
  for (const utterance of utterances) {
    const own = byFile.get(utterance.file);
    if (own?.length) own.push(utterance);
    else byFile.set(utterance.file, [utterance]);
  }
  const byName = new Map<string, Recording<One>[]>();
  for (const [file, own] of byFile) {
    const recording = { file, parts: partsOf(file), utterances: own };
    const name = recording.parts[0]!;
    const alike = byName.get(name);
    if (alike) alike.push(recording);
    else byName.set(name, [recording]);
  }
  const namesTell = isToldByName(byName.values());
  return (name) => {
    const utterance = byId.get(name);
    if (utterance) return { utterance };
    const parts = partsOf(name);
    const found = nearest(byName.get(parts[0]!) ?? [], parts);
    const isElsewhere = found.length > 0 && found.every((one) => isContradicted(one.parts, parts));
    if (!found.length || (isElsewhere && !namesTell)) return 'unknown';
    return meaningOf(found, isElsewhere);
  };
}

/** Whether a path and a name agree in the file alone, though both have folders. */
const isContradicted = (path: readonly string[], name: readonly string[]): boolean =>
  sharedParts(path, name) === 1 && path.length > 1 && name.length > 1;

/** Whether the names of files tell them apart, and their folders do not say who speaks. */
function isToldByName<One extends Named>(recordings: Iterable<readonly Recording<One>[]>): boolean {
  for (const alike of recordings) {
    const used = alike.filter(({ utterances }) => utterances.length);
    if (used.length > 1) return false;
    if (used.some(namesSpeaker)) return false;
  }
  return true;
}

const partsOf = (path: string): string[] => withoutExtension(path).normalize('NFC').split(/[\\/]/).reverse();

/**
 * The recordings whose path agrees with a name furthest: of equals the one whose whole path it is, then those that are used, as where a copy
 * lies beside them.
 */
function nearest<One>(recordings: readonly Recording<One>[], parts: readonly string[]): readonly Recording<One>[] {
  const shared = recordings.map((recording) => sharedParts(recording.parts, parts));
  const most = Math.max(...shared);
  const best = recordings.filter((_, i) => shared[i] === most);
  const whole = best.filter((recording) => recording.parts.length === most && parts.length === most);
  const nearest = whole.length ? whole : best;
  const used = nearest.filter(({ utterances }) => utterances.length);
  return used.length ? used : nearest;
}

function sharedParts(one: readonly string[], other: readonly string[]): number {
  const differs = one.findIndex((part, i) => part !== other[i]);
  return differs < 0 ? one.length : differs;
}

const namesSpeaker = <One extends Named>({ parts, utterances }: Recording<One>): boolean => {
  const folders = new Set(parts.slice(1).map(nameKey));
  return utterances.some(({ speaker }) => folders.has(nameKey(speaker.slice(speaker.lastIndexOf('/') + 1)))); // of several corpora: behind its name
};

function meaningOf<One extends Named>(found: readonly Recording<One>[], isElsewhere: boolean): Meaning<One> {
  const [first] = found as [Recording<One>];
  if (!first.utterances.length) return 'left out';
  const files = found.map(({ file }) => file);
  if (files.length > 1) return { why: `may be any of ${few(files)}`, remedy: 'write paths as the corpus has them' };
  const [utterance, ...others] = first.utterances as [One, ...One[]];
  if (others.length || utterance.start !== undefined)
    return { why: 'is a recording whose parts are utterances', remedy: `name these by id, such as ${utterance.id}` };
  return { utterance, ...(isElsewhere && { elsewhere: true }) };
}
