import { bareName, isNear } from './alike-speakers.ts';
import { type Finding, few, letPass } from './findings.ts';
import { KNOWN_SPEAKERS } from './known-speakers.ts';
import { partsIn, sharesSpeakers } from './parts.ts';
import { type Provenance, wasHeard } from './provenance.ts';
import { nameKey } from './spelling.ts';
import type { Corpus, Fold } from './utterance.ts';

/**
 * Who and what is tested that weights have heard before: those which folds start from, or those which are scored. A speaker is known by corpus and name: who is called alike in
 * two corpora that name their speakers each for itself is another. Names that are near are asked about.
 *
 * @param hashes SHA-256 of the files of utterances, by id
 */
export function heardBefore(
  corpus: Corpus,
  folds: readonly Fold[],
  heard: Provenance,
  hashes: ReadonlyMap<string, string>,
): Finding[] {
  const isKnown = wasHeard(heard);
  const parts = partsIn(corpus);
  const corpora = [...new Set((corpus.parts ?? [corpus]).map(({ name }) => name))];
  const near = new Set<string>();
  const findings = folds.flatMap(({ name, test }) => {
    const known = corpora.flatMap((own) => {
      const tested = parts ? test.filter(({ id }) => parts.nameOf(id) === own) : test;
      const speakers = new Set(tested.map(({ id, speaker }) => parts?.speakerOf(id, speaker) ?? speaker));
      const knows = speakersIn(heard, own);
      for (const speaker of speakers) for (const pair of nearTo(speaker, knows)) near.add(pair);
      return [...speakers].filter((speaker) => knows.same.has(nameKey(speaker)));
    });
    const recordings = test.filter(({ id }) => isKnown(hashes.get(id)!)).map(({ id }) => id);
    return [...speakersHeard(name, known), ...recordingsHeard(name, recordings)];
  });
  return [...findings, ...question([...near])];
}

/** Speakers who were heard, by {@link nameKey}: of corpora in which a name means the same person, and of others that may mean it. */
function speakersIn({ corpora }: Provenance, tested: string) {
  const same = corpora.filter(({ name }) => sharesSpeakers(name, tested));
  const apart = corpora.filter(
    (corpus) => !same.includes(corpus) && !(KNOWN_SPEAKERS[corpus.name] && KNOWN_SPEAKERS[tested]),
  );
  const namesOf = (some: Provenance['corpora']) => some.flatMap(({ speakers }) => speakers);
  return { same: new Set(namesOf(same)), apart: namesOf(apart) };
}

function nearTo(speaker: string, { same, apart }: ReturnType<typeof speakersIn>): string[] {
  if (same.has(nameKey(speaker))) return [];
  const alike = (other: string) => bareName(other) === bareName(speaker);
  const others = [...[...same].filter((other) => alike(other) || isNear(other, speaker)), ...apart.filter(alike)];
  return others.map((other) => `${other}/${speaker}`);
}

function speakersHeard(fold: string, speakers: readonly string[]): Finding[] {
  if (!speakers.length) return [];
  const name = `speaker-heard:${fold}`;
  const message = `Fold ${fold} tests speakers whom its weights have heard before (${few(speakers)}): its figures say nothing about new ones. Take weights that have not heard them. ${letPass(name)}`;
  return [{ code: 'speaker-heard', name, fatal: true, message }];
}

function recordingsHeard(fold: string, utterances: readonly string[]): Finding[] {
  if (!utterances.length) return [];
  const name = `recording-heard:${fold}`;
  const message = `Fold ${fold} tests recordings that its weights have heard before (${few(utterances)}): its figures promise too much. Take them out, or take other weights. ${letPass(name)}`;
  return [{ code: 'recording-heard', name, fatal: true, message }];
}

function question(pairs: readonly string[]): Finding[] {
  if (!pairs.length) return [];
  const message = `Is each of these pairs one person, whom the weights have heard before and who is tested: ${few(pairs)}? They are taken for two.`;
  return [{ code: 'speaker-heard-near', name: 'speaker-heard-near', fatal: false, message }];
}
