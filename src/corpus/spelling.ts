import { byCodeUnits } from './adapter.ts';
import type { Corpus, Utterance } from './utterance.ts';

/**
 * What names of speakers, sessions and scripts are compared by: Unicode's NFC, white space trimmed and folded, characters that nobody sees
 * left out, case folded. Upper case first, since `ß` and `ẞ` are both `SS` there.
 */
export const nameKey = (name: string): string =>
  tidy(name.replace(/\p{Default_Ignorable_Code_Point}/gu, ''))
    .toUpperCase()
    .toLowerCase()
    .normalize('NFC');

/** A name as it is shown: NFC, white space trimmed and folded. */
const tidy = (name: string) => name.normalize('NFC').trim().replace(/\s+/gu, ' ');

/** The labels that name something. */
const NAMES = ['speaker', 'session', 'script'] as const;

/**
 * Gives each speaker, session and script one spelling, that of its spellings which comes first by code units, so that capitals win. From
 * here on equal strings are equal names, in folds, manifests and figures; names that are written in one way keep it.
 *
 * @returns utterances in their order, and how speakers were written that are written in several ways
 */
export function spelledAlike(utterances: readonly Utterance[]): Pick<Corpus, 'utterances' | 'spellings'> {
  const [speakers, sessions, scripts] = NAMES.map((name) => spellingsOf(utterances, name)) as [
    Spellings,
    Spellings,
    Spellings,
  ];
  const first = (spellings: Spellings, name: string) => spellings.get(nameKey(name))![0]!;
  const several = [...speakers.values()].filter(({ length }) => length > 1).sort(([a], [b]) => byCodeUnits(a!, b!));
  return {
    utterances: utterances.map((utterance) => ({
      ...utterance,
      speaker: first(speakers, utterance.speaker),
      ...(utterance.session !== undefined && { session: first(sessions, utterance.session) }),
      ...(utterance.script !== undefined && { script: first(scripts, utterance.script) }),
    })),
    ...(several.length && { spellings: several }),
  };
}

/** Spellings by key, sorted. */
type Spellings = ReadonlyMap<string, readonly string[]>;

function spellingsOf(utterances: readonly Utterance[], label: (typeof NAMES)[number]): Spellings {
  const spellings = new Map<string, Set<string>>();
  for (const { [label]: name } of utterances) {
    if (name === undefined) continue;
    const key = nameKey(name);
    spellings.set(key, (spellings.get(key) ?? new Set()).add(tidy(name)));
  }
  return new Map([...spellings].map(([key, names]) => [key, [...names].sort(byCodeUnits)]));
}
