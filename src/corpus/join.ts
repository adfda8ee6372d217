import { join, relative, resolve, sep } from 'node:path';
import * as v from 'valibot';
import { AttuneError } from '../errors.ts';
import { checkArgument, list } from '../json.ts';
import { byCodeUnits } from './adapter.ts';
import { classesOf, sameClasses, stated } from './classes.ts';
import { labelsFor, type Part, partNames, speakerPrefix } from './parts.ts';
import { spelledAlike } from './spelling.ts';
import { CORPUS, type Corpus, type Fold, type Utterance } from './utterance.ts';

/**
 * Several corpora as one.
 *
 * Ids and speakers get the name of their corpus before them, such as `emodb/03a01Wa`; files are relative to the nearest folder that
 * holds all. Corpora that are read alike, such as two CSVs, go by the names of their folders. Speakers of corpora that are read alike,
 * or whose speakers the user named, share what stands before them: who is called alike there is one person, which the audit looks for.
 *
 * @throws AttuneError `usage` where there are fewer than two; `corpus` where one folder is given twice or holds another, or the
 *   corpora have other classes
 *
 * @example
 * ```ts
 * import { foldsOf, joinCorpora, readCorpus } from 'attune/node';
 *
 * const corpus = joinCorpora([await readCorpus('emodb'), await readCorpus('calls')]);
 * const folds = foldsOf(corpus, { protocol: 'leave-one-corpus-out', seed: 1 });
 * for (const { name, train, test } of folds) console.log(`${name}: ${train.length} to train on, ${test.length} to test`);
 * ```
 */
export function joinCorpora(corpora: readonly Corpus[]): Corpus {
  checkArgument(corpora, v.pipe(list(CORPUS), v.minLength(2, 'two corpora or more')), 'the corpora');
  refuseOtherClasses(corpora);
  const labels = labelsFor(corpora);
  const parts = corpora.map((corpus, i): Part => ({ ...corpus, label: labels[i]! }));
  return joined(parts, labels.join(' + '));
}

/**
 * Some corpora to train on and another to test on, as one corpus with one fold, named after the tested one.
 *
 * Names are those of {@link joinCorpora}; a single corpus and one to test on that is read alike are called `train` and `test`.
 *
 * @param train one corpus, or several put together
 * @throws AttuneError as {@link joinCorpora} does
 */
export function acrossCorpora(train: Corpus, test: Corpus): { corpus: Corpus; folds: Fold[] } {
  const alike = !train.parts && train.name === test.name;
  const trained = train.parts ?? [{ ...train, label: alike ? 'train' : train.name }];
  const [label] = alike
    ? ['test']
    : labelsFor(
        [test],
        trained.flatMap(({ label, name }) => [...new Set([label, name])]),
      );
  const parts = [...trained, { ...test, label: label! }];
  const corpus = joined(parts, `${trained.map((part) => part.label).join(' + ')} to ${label}`);
  const isTest = ({ id }: Utterance) => id.startsWith(`${label}/`);
  const { utterances } = corpus;
  const fold = { train: utterances.filter((one) => !isTest(one)), test: utterances.filter(isTest) };
  return { corpus, folds: [{ name: label!, ...fold }] };
}

function joined(parts: readonly Part[], name: string): Corpus {
  refuseWithinEachOther(parts);
  const directory = commonFolder(parts.map((part) => part.directory));
  const { parts: names } = partNames(parts);
  const { utterances, ...spellings } = spelledAlike(
    parts.flatMap((part) => renamed(part, speakerPrefix(names, part.name), directory)),
  );
  const leftOut = Object.fromEntries(
    parts.flatMap(({ label, leftOut }) =>
      Object.entries(leftOut).map(([reason, count]) => [`${label}: ${reason}`, count] as const),
    ),
  );
  const sorted = [...utterances].sort((a, b) => byCodeUnits(a.id, b.id));
  const warnings = parts.flatMap((part) => part.warnings ?? []);
  const classes = stated(classesOf(parts[0]!));
  const corpus = { name, directory, utterances: sorted, leftOut, ...classes, ...spellings, parts };
  return { ...corpus, ...(warnings.length && { warnings }) };
}

function renamed({ directory, label, utterances }: Part, prefix: string, root: string): Utterance[] {
  return utterances.map((utterance) => ({
    ...utterance,
    id: `${label}/${utterance.id}`,
    speaker: `${prefix}${utterance.speaker}`,
    ...(utterance.session !== undefined && { session: `${label}/${utterance.session}` }),
    ...(utterance.script !== undefined && { script: `${label}/${utterance.script}` }),
    file: relative(root, join(directory, utterance.file)).split(sep).join('/'),
  }));
}

function refuseOtherClasses(corpora: readonly Corpus[]): void {
  const [first, ...others] = corpora;
  const other = others.find((corpus) => !sameClasses(classesOf(first!), classesOf(corpus)));
  if (!other) return;
  const common = classesOf(first!).filter((name) => corpora.every((corpus) => classesOf(corpus).includes(name)));
  const named = [first!, other].map((corpus) => `${corpus.directory} has ${classesOf(corpus).join(', ')}`).join('; ');
  const remedy = common.length < 2 ? 'map the labels of each' : `ask for those that all have, ${common.join(',')}`;
  throw new AttuneError(
    'corpus',
    `corpora that are trained on together have the same classes, but ${named}: ${remedy}`,
  );
}

function refuseWithinEachOther(parts: readonly Part[]): void {
  const places = parts.map(({ directory }) => resolve(directory));
  for (const [i, a] of places.entries())
    for (const b of places.slice(i + 1)) {
      if (a === b)
        throw new AttuneError(
          'corpus',
          `${a} is given twice: each corpus is a folder of its own, that shares no recording with another`,
        );
      const [outer, inner] = a.length < b.length ? [a, b] : [b, a];
      if (inner.startsWith(outer.endsWith(sep) ? outer : `${outer}${sep}`))
        throw new AttuneError(
          'corpus',
          `${a} and ${b} lie within each other: each corpus is a folder of its own, that shares no recording with another`,
        );
    }
}

/** The nearest folder that holds all. */
function commonFolder(directories: readonly string[]): string {
  const [first, ...others] = directories.map((directory) => resolve(directory).split(sep));
  const differs = first!.findIndex((part, i) => others.some((other) => other[i] !== part));
  return first!.slice(0, differs < 0 ? first!.length : differs).join(sep) || sep;
}
