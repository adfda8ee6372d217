import { basename } from 'node:path';
import type { Corpus } from './utterance.ts';

/** One of the corpora that a corpus was put together from. */
export interface Part extends Corpus {
  /** names it among them: before the ids of its utterances, in folds, weights and label maps */
  readonly label: string;
}

/** What manifests keep of parts. */
export interface PartNames {
  /** the adapters' names, in order; absent: the corpus is one */
  readonly parts?: readonly string[] | undefined;
  /** their labels; absent: the same names, or `train` and `test` of two that are called alike */
  readonly labels?: readonly string[] | undefined;
}

/** Layouts in which the user names the speakers. */
const USERS_OWN = ['csv', 'class-folders'];

/** Whether a corpus is called by its layout, so that its folder says more. */
export const isLayout = (name: string): boolean => USERS_OWN.includes(name);

/**
 * Whether who is called alike in two corpora is one person: where both are read as one corpus, or the user named all speakers. Other
 * corpora count their speakers each for itself.
 */
export const sharesSpeakers = (one: string, other: string): boolean => one === other || [one, other].every(isLayout);

/** Names of corpora, those together that share speakers: each group is called as the first of it. */
export function speakerGroups(names: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const first = [...groups.keys()].find((other) => sharesSpeakers(other, name));
    groups.set(first ?? name, [...(groups.get(first ?? name) ?? []), name]);
  }
  return groups;
}

/** What stands before the names of a part's speakers: that of the corpora that share them; nothing where all do. */
export function speakerPrefix(names: readonly string[], name: string): string {
  const groups = [...speakerGroups(names).keys()];
  return groups.length < 2 ? '' : `${groups.find((first) => sharesSpeakers(first, name))!}/`;
}

/** Labels that need not be stored. */
const plainLabels = (names: readonly string[]): readonly string[] =>
  names.length === 2 && names[0] === names[1] ? ['train', 'test'] : names;

/** Names and labels as a manifest keeps them. */
export function partNames(parts: readonly Part[]): {
  readonly parts: readonly string[];
  readonly labels?: readonly string[];
} {
  const names = parts.map(({ name }) => name);
  const labels = parts.map(({ label }) => label);
  const plain = plainLabels(names);
  return { parts: names, ...(labels.some((label, i) => label !== plain[i]) && { labels }) };
}

/** The label of the part that an utterance is of, by its id. */
export const labelOf = (id: string): string => id.slice(0, id.indexOf('/'));

/** The part that each utterance is of, by its id, and how that part calls its speakers. */
export function partsOf({ parts: names = [], labels = plainLabels(names) }: PartNames) {
  return {
    labels,
    /** the name of the part's adapter */
    nameOf: (id: string): string => names[labels.indexOf(labelOf(id))]!,
    /** a speaker's name in the part itself */
    speakerOf: (id: string, speaker: string): string =>
      speaker.slice(speakerPrefix(names, names[labels.indexOf(labelOf(id))]!).length),
  };
}

/** Those of a corpus or a manifest; undefined where it is one corpus. */
export const partsIn = (corpus: { readonly parts?: readonly Part[] | undefined }) =>
  corpus.parts && partsOf(partNames(corpus.parts));

/**
 * Labels for corpora: the names of their layouts, and of those that are called alike the names of their folders, numbered where these
 * are the same too.
 */
export function labelsFor(corpora: readonly Pick<Corpus, 'name' | 'directory'>[], taken: readonly string[] = []) {
  const all = [...taken, ...corpora.map(({ name }) => name)];
  const wanted = corpora.map(({ name, directory }) =>
    all.filter((other) => other === name).length > 1 ? plain(basename(directory)) : name,
  );
  const labels: string[] = [...taken];
  for (const label of wanted) {
    const several = wanted.filter((other) => other === label).length > 1;
    let [free, number] = [several ? `${label}-1` : label, 1];
    while (labels.includes(free)) free = `${label}-${++number}`;
    labels.push(free);
  }
  return labels.slice(taken.length);
}

/** A folder's name as a label: it stands before colons, equals signs and slashes. */
const plain = (folder: string): string => folder.normalize('NFC').replace(/[^\p{L}\p{M}\p{N}._-]+/gu, '-') || 'corpus';
