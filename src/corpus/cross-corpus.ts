import { join, relative, resolve, sep } from 'node:path';
import { AttuneError } from '../errors.ts';
import { byCodeUnits } from './adapter.ts';
import { classesOf, stated } from './classes.ts';
import { spelledAlike } from './spelling.ts';
import type { Corpus, Fold, Utterance } from './utterance.ts';

/** Layouts in which the user names the speakers. */
const USERS_OWN = ['csv', 'class-folders'];

/**
 * Whether who is called alike in two corpora is one person: where both are read as one corpus, or the user named all speakers. Other
 * corpora count their speakers each for itself.
 */
export const sharesSpeakers = (train: Pick<Corpus, 'name'>, test: Pick<Corpus, 'name'>): boolean =>
  train.name === test.name || [train, test].every(({ name }) => USERS_OWN.includes(name));

/**
 * A speaker's name in the corpus that he or she comes from.
 *
 * @param parts of the corpus that it was put into; absent: into none
 */
export const ownSpeaker = (
  { parts: [train, test] = [] }: { readonly parts?: readonly Pick<Corpus, 'name'>[] | undefined },
  { name }: Pick<Corpus, 'name'>,
  speaker: string,
): string => (train && test && !sharesSpeakers(train, test) ? speaker.slice(`${name}/`.length) : speaker);

/**
 * One corpus to train on and another to test on, as one corpus with one fold, named after the tested one.
 *
 * Ids and speakers get the name of their corpus before them, such as `emodb/03a01Wa`; files are relative to the nearest folder that
 * holds both. Where both are read as the same corpus, such as two parts of EmoDB, they are called `train` and `test`. There, and where
 * the user named all speakers, these keep their names: who is called alike is one person, which the audit looks for.
 *
 * @throws AttuneError `corpus` where one folder holds the other
 */
export function acrossCorpora(train: Corpus, test: Corpus): { corpus: Corpus; folds: Fold[] } {
  const directory = commonFolder(train.directory, test.directory);
  const [trainName, testName] = train.name === test.name ? ['train', 'test'] : [train.name, test.name];
  const speakers = !sharesSpeakers(train, test);
  const { utterances, ...spellings } = spelledAlike([
    ...renamed(train, { name: trainName, root: directory, speakers }),
    ...renamed(test, { name: testName, root: directory, speakers }),
  ]);
  const folds = [
    {
      name: testName,
      train: utterances.slice(0, train.utterances.length),
      test: utterances.slice(train.utterances.length),
    },
  ];
  const leftOut = Object.fromEntries(
    [[trainName, train] as const, [testName, test] as const].flatMap(([name, { leftOut }]) =>
      Object.entries(leftOut).map(([reason, count]) => [`${name}: ${reason}`, count] as const),
    ),
  );
  const sorted = [...utterances].sort((a, b) => byCodeUnits(a.id, b.id));
  const name = `${trainName} to ${testName}`;
  const classes = stated(classesOf(train));
  const corpus = { name, directory, utterances: sorted, leftOut, ...classes, ...spellings, parts: [train, test] };
  return { corpus, folds };
}

function renamed(
  { directory, utterances }: Corpus,
  { name, root, speakers }: { name: string; root: string; speakers: boolean },
): Utterance[] {
  return utterances.map((utterance) => ({
    ...utterance,
    id: `${name}/${utterance.id}`,
    ...(speakers && { speaker: `${name}/${utterance.speaker}` }),
    ...(utterance.session !== undefined && { session: `${name}/${utterance.session}` }),
    ...(utterance.script !== undefined && { script: `${name}/${utterance.script}` }),
    file: relative(root, join(directory, utterance.file)).split(sep).join('/'),
  }));
}

/** The nearest folder that holds both. */
function commonFolder(a: string, b: string): string {
  const [one, other] = [resolve(a).split(sep), resolve(b).split(sep)];
  const shared = one.findIndex((part, i) => part !== other[i]);
  const length = shared < 0 ? one.length : shared;
  if (length >= Math.min(one.length, other.length))
    throw new AttuneError(
      'corpus',
      `${a} and ${b} lie within each other: a test between two corpora takes two folders that share no recording`,
    );
  return one.slice(0, length).join(sep) || sep;
}
