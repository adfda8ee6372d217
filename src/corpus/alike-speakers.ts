import { byCodeUnits } from './adapter.ts';
import { type Finding, few, letPass } from './findings.ts';
import { KNOWN_SPEAKERS } from './known-speakers.ts';
import { partsIn, speakerGroups } from './parts.ts';
import { nameKey } from './spelling.ts';
import type { Corpus } from './utterance.ts';

/**
 * What of the names of speakers may hide that two are one person, or was taken for it: names that differ in punctuation or leading zeros
 * alone, names one slip of the pen apart, and spellings that count as one. A number is never taken for a slip.
 */
export function alikeSpeakers(corpus: Corpus): Finding[] {
  const { parts = [] } = corpus;
  const lists = apart(corpus);
  return [
    ...lists.flatMap(({ speakers }) => groupsOf(speakers)).map(alike),
    ...near(lists.flatMap(({ speakers }) => nearPairs(speakers))),
    ...lists.flatMap((one, i) => lists.slice(i + 1).flatMap((other) => namesakes(one, other))),
    ...spelt([corpus, ...parts].flatMap(({ spellings = [] }) => spellings)),
  ];
}

/** Speakers of corpora in which a name means one person, sorted. */
interface Speakers {
  /** of the first of the corpora */
  readonly name: string;
  readonly speakers: readonly string[];
}

/** Speakers as their corpora name them, those of corpora that share names together. */
function apart(corpus: Corpus): Speakers[] {
  const parts = partsIn(corpus);
  const groups = parts && speakerGroups(corpus.parts!.map(({ name }) => name));
  const sorted = (names: readonly string[]) => [...new Set(names)].sort(byCodeUnits);
  if (!groups) return [{ name: corpus.name, speakers: sorted(corpus.utterances.map(({ speaker }) => speaker)) }];
  return [...groups].map(([name, corpora]) => {
    const own = corpus.utterances.filter(({ id }) => corpora.includes(parts.nameOf(id)));
    return { name, speakers: sorted(own.map(({ id, speaker }) => parts.speakerOf(id, speaker))) };
  });
}

/** A name as {@link alikeSpeakers} compares it. */
interface Name {
  readonly speaker: string;
  /** without punctuation and leading zeros: `Speaker_01` and `speaker-1` are both `speaker1`, but `1_02` is `1 2` */
  readonly bare: string;
  /** the same without accents */
  readonly plain: string;
}

function nameOf(speaker: string): Name {
  const words = nameKey(speaker.normalize('NFKC')).match(/\p{N}+|[\p{L}\p{M}]+/gu) ?? [];
  const apart = words.map((word) => word.replace(/^0+(?=\p{N})/u, '')).join(' ');
  const bare = apart.replace(/(?<!\p{N}) | (?!\p{N})/gu, ''); // a blank stays between two numbers
  return {
    speaker,
    bare,
    plain: bare
      .normalize('NFKD')
      .replace(/[\u0300-\u036f]/g, '')
      .normalize('NFC'),
  };
}

/** A name without what may be written otherwise: punctuation, capitals and leading zeros. */
export const bareName = (speaker: string): string => nameOf(speaker).bare;

/** Names that are one without punctuation and leading zeros. */
function groupsOf(speakers: readonly string[]): string[][] {
  const groups = new Map<string, string[]>();
  for (const { speaker, bare } of speakers.map(nameOf)) groups.set(bare, [...(groups.get(bare) ?? []), speaker]);
  return [...groups].filter(([bare, names]) => bare && names.length > 1).map(([, names]) => names);
}

function alike(names: readonly string[]): Finding {
  const name = `speaker-alike:${names.join('=')}`;
  const message = `Speakers ${names.join(' and ')} differ in punctuation or leading zeros alone: if they are one person, who is tested was trained on. Write one person in one way. ${letPass(name)}`;
  return { code: 'speaker-alike', name, fatal: true, message };
}

const near = (pairs: readonly string[]): Finding[] =>
  pairs.length ? [question(`Is each of these pairs one person: ${few(pairs)}? They are taken for two.`)] : [];

const question = (asked: string): Finding => {
  const message = `${asked} One person under two names may be trained on and tested: then write the name in one way.`;
  return { code: 'speaker-near', name: 'speaker-near', fatal: false, message };
};

/** Speakers of two corpora whose names are taken for different people's, since each corpus counts its own. */
function namesakes(one: Speakers, other: Speakers): Finding[] {
  if (KNOWN_SPEAKERS[one.name] && KNOWN_SPEAKERS[other.name]) return []; // known to be different people
  const others = new Map(other.speakers.map((speaker) => [nameOf(speaker).bare, speaker]));
  const alike = one.speakers.filter((speaker) => others.has(nameOf(speaker).bare));
  const pairs = alike.map((speaker) => `${speaker}/${others.get(nameOf(speaker).bare)}`);
  if (!pairs.length) return [];
  return [question(`Is a speaker of ${one.name} one of ${other.name} (${few(pairs)})? They are taken for others.`)];
}

function spelt(spellings: readonly (readonly string[])[]): Finding[] {
  if (!spellings.length) return [];
  const people = spellings.map(([name, ...others]) => `${name} (also ${others.join(', ')})`);
  const message = `Speakers written in several ways are taken for one person each: ${few(people)}. Where they are several people, tell them apart by more than capitals.`;
  return [{ code: 'speaker-spelling', name: 'speaker-spelling', fatal: false, message }];
}

/** Names that are near, in pairs such as `Ana/Anna`. They are looked for among those that are equal, or are without a letter. */
function nearPairs(speakers: readonly string[]): string[] {
  const buckets = new Map<string, Name[]>();
  for (const name of speakers.map(nameOf)) {
    const { plain } = name;
    const shorter = Array.from(plain, (_, i) => plain.slice(0, i) + plain.slice(i + 1));
    for (const rest of new Set([plain, ...shorter])) buckets.set(rest, [...(buckets.get(rest) ?? []), name]);
  }
  const pairs = [...buckets.values()].flatMap((names) =>
    names.flatMap((a, i) => names.slice(i + 1).flatMap((b) => (areNear(a, b) ? [`${a.speaker}/${b.speaker}`] : []))),
  );
  return [...new Set(pairs)].sort(byCodeUnits);
}

/** Letters in a row at least, of which one may be a slip: shorter ones, as in `Ses01F` and `Ses01M`, are codes that differ by design. */
const WORD = 4;

/**
 * Whether two names are one but for accents, or for one slip within a word: a letter too many, another letter, or two letters exchanged.
 * Another letter at the start or the end of a word is a code, as in `speakera` and `speakerb`.
 */
export const isNear = (a: string, b: string): boolean => areNear(nameOf(a), nameOf(b));

function areNear(a: Name, b: Name): boolean {
  if (a.bare === b.bare) return false;
  const [longer, other] = a.plain.length >= b.plain.length ? [a.plain, b.plain] : [b.plain, a.plain];
  if (longer === other) return true;
  let [start, end] = [0, 0];
  while (start < other.length && longer[start] === other[start]) start++;
  while (end < other.length - start && longer.at(-1 - end) === other.at(-1 - end)) end++;
  const [x, y] = [longer, other].map((name) => name.slice(start, name.length - end)) as [string, string];
  const [before] = /\p{L}*$/u.exec(longer.slice(0, start))!;
  const [after] = /^\p{L}*/u.exec(longer.slice(longer.length - end))!;
  if (!/^\p{L}+$/u.test(x + y) || before.length + x.length + after.length < WORD) return false;
  const inside = before !== '' && after !== '';
  const exchanged = x.length === 2 && x[0] === y[1] && x[1] === y[0];
  return (x.length === 1 && (y === '' || (y.length === 1 && inside))) || exchanged;
}
