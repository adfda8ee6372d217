import { join, relative, resolve, sep } from 'node:path';
import { AttuneError } from '../errors.ts';
import { byCodeUnits } from './adapter.ts';
import type { Corpus, Fold, Utterance } from './utterance.ts';

/**
 * One corpus to train on and another to test on, as one corpus with one fold, named after the tested one.
 *
 * Ids and speakers get the name of their corpus before them, such as `emodb/03a01Wa`; files are relative to the nearest folder that
 * holds both. Where both are read as the same corpus, such as two parts of EmoDB, they are called `train` and `test`, and speakers keep
 * their names: who is called alike is one person, which the audit looks for.
 *
 * @throws AttuneError `corpus` where one folder holds the other
 */
export function acrossCorpora(train: Corpus, test: Corpus): { corpus: Corpus; folds: Fold[] } {
  const directory = commonFolder(train.directory, test.directory);
  const alike = train.name === test.name;
  const [trainName, testName] = alike ? ['train', 'test'] : [train.name, test.name];
  const trained = renamed(train, { name: trainName!, root: directory, speakers: !alike });
  const tested = renamed(test, { name: testName!, root: directory, speakers: !alike });
  const leftOut = Object.fromEntries(
    [[trainName, train] as const, [testName, test] as const].flatMap(([name, { leftOut }]) =>
      Object.entries(leftOut).map(([reason, count]) => [`${name}: ${reason}`, count] as const),
    ),
  );
  const utterances = [...trained, ...tested].sort((a, b) => byCodeUnits(a.id, b.id));
  return {
    corpus: { name: `${trainName} to ${testName}`, directory, utterances, leftOut, parts: [train, test] },
    folds: [{ name: testName!, train: trained, test: tested }],
  };
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
