import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { made } from '../arguments.ts';
import { AttuneError } from '../errors.ts';
import { checkArgument, type Properties, type Schema } from '../json.ts';
import { readWhole, whyUnread } from '../read-file.ts';
import { count } from '../text.ts';
import { byCodeUnits } from './adapter.ts';
import { decoded, readTable } from './csv-table.ts';
import { few } from './findings.ts';
import { labelOf } from './parts.ts';
import { nameKey } from './spelling.ts';
import { contradict, finder } from './split-names.ts';
import { listTree } from './tree.ts';
import { CORPUS, type Corpus, type Fold, type Utterance } from './utterance.ts';
import { walkFolder } from './walk.ts';

/** A line of a split: what it names, and where it stands. */
export interface SplitEntry {
  /** an utterance's id, or its file, whose path may begin elsewhere, with or without its ending */
  readonly name: string;
  /** such as `folds.csv, line 3` */
  readonly source: string;
}

/** A published division of a corpus: what each fold tests. */
export interface Split {
  /** where it was read */
  readonly path: string;
  /** SHA-256 of all that was read, hexadecimal */
  readonly sha256: string;
  /** by the name of the fold */
  readonly test: ReadonlyMap<string, readonly SplitEntry[]>;
  /** what each fold trains on, where the split says so; else it is all that is not tested */
  readonly train: ReadonlyMap<string, readonly SplitEntry[]>;
}

/** A corpus divided by a split. */
export interface Divided {
  /** without the utterances that the split does not name, which are counted in `leftOut` */
  readonly corpus: Corpus;
  /** sorted by name */
  readonly folds: readonly Fold[];
  /** names that were found by the file's own name alone, in other folders than the split has; absent: none */
  readonly namesElsewhere?: number;
  /** what of the split or the corpus is not used, and names that lie elsewhere; absent: nothing */
  readonly warnings?: readonly string[];
}

/** What a caller gives for one. */
export const SPLIT: Schema<Split> = v.looseObject({
  ...{ path: v.string(), sha256: v.string() },
  test: made<Split['test']>('Map'),
  train: made<Split['train']>('Map'),
} satisfies Properties<Split>);

/** EmoBox's lists, such as `fold_1/emodb_test_fold_1.jsonl`. */
const LIST = /_(train|valid|test)_fold_?([^_/]+)\.jsonl$/;

/**
 * Reads how others divide a corpus: a CSV with the columns `utterance` (id, file, or the file's name) and `fold`, by which it is tested, or a
 * folder of lists as EmoBox has them (https://github.com/emo-box/EmoBox), `fold_1/emodb_test_fold_1.jsonl` and so on.
 *
 * @throws AttuneError `corpus`, naming file and line, where it cannot be read, is neither, or divides nothing
 *
 * @example
 * ```ts
 * import { divideBySplit, readCorpus, readSplit } from 'attune/node';
 *
 * const { folds } = await divideBySplit(await readCorpus('emodb'), await readSplit('folds.csv'));
 * console.log(folds.map(({ name, test }) => `${name} tests ${test.length}`).join(', '));
 * ```
 */
export async function readSplit(path: string): Promise<Split> {
  checkArgument(path, v.string(), 'the path of the split');
  const found = await stat(path).catch((cause) => {
    throw new AttuneError('corpus', `${path}: cannot be read (${whyUnread(cause)}); give a CSV, or a folder of lists`);
  });
  const hash = createHash('sha256');
  const [test, train] = [new Map<string, SplitEntry[]>(), new Map<string, SplitEntry[]>()];
  const add = (folds: Map<string, SplitEntry[]>, fold: string, entry: SplitEntry) => {
    const own = folds.get(fold);
    if (own) own.push(entry);
    else folds.set(fold, [entry]);
  };
  if (found.isDirectory()) {
    const { files } = await walkFolder(path, { followLinks: false, hidden: false });
    const lists = [...files].filter((file) => LIST.test(file)).sort(byCodeUnits);
    for (const file of lists) {
      const [, part, fold] = LIST.exec(file)!;
      const bytes = await readWhole(join(path, file));
      hash.update(`${file}\n`).update(bytes);
      const entries = entriesIn(decoded(join(path, file), bytes, 'save the list as UTF-8'), join(path, file));
      if (!entries.length && part !== 'valid')
        throw new AttuneError('corpus', `${join(path, file)}: the list is empty; expected an utterance a line`);
      for (const entry of entries) add(part === 'test' ? test : train, fold!, entry); // what others validate on is trained on
    }
  } else {
    hash.update(await readWhole(path));
    for (const { cells, line } of await readTable(path, ['utterance', 'fold'], { verbatim: 'utterance' })) {
      const source = `${path}, line ${line}`;
      if (!cells.utterance.trim() || !cells.fold)
        throw new AttuneError('corpus', `${source}: expected an utterance and its fold, got an empty cell`);
      add(test, cells.fold, { name: cells.utterance, source });
    }
  }
  const untested = [...train.keys()].find((fold) => !test.has(fold));
  if (untested !== undefined && test.size)
    throw new AttuneError(
      'corpus',
      `${train.get(untested)![0]!.source}: fold ${untested} is trained, and no list of it is tested; give its test list too`,
    );
  if (test.size < 2)
    throw new AttuneError(
      'corpus',
      `${path}: expected two folds or more that test something, got ${test.size}; give a CSV with utterance,fold or a folder of lists such as fold_1/emodb_test_fold_1.jsonl`,
    );
  refuseAlike(path, [...test.keys()]);
  return { path, sha256: hash.digest('hex'), test, train };
}

/** Files of folds bear their names, which some systems take for one where the case alone differs. */
function refuseAlike(path: string, folds: readonly string[]): void {
  const before = new Map<string, string>();
  for (const fold of folds) {
    const alike = before.get(nameKey(fold));
    if (alike !== undefined)
      throw new AttuneError(
        'corpus',
        `${path}: the folds ${JSON.stringify(alike)} and ${JSON.stringify(fold)} differ in case, blanks or Unicode form alone; give them one name, or two`,
      );
    before.set(nameKey(fold), fold);
  }
}

/** Some of EmoBox's lists are there twice, in an older form whose files stand under `audio`. */
const LINE = v.pipe(
  v.string(),
  v.parseJson(),
  v.union([v.looseObject({ wav: v.string() }), v.looseObject({ audio: v.string() })]),
  v.transform((line) => ('wav' in line ? line.wav : line.audio) as string),
);

function entriesIn(text: string, path: string): SplitEntry[] {
  return text.split(/\r?\n/).flatMap((line, i) => {
    if (!line.trim()) return [];
    const source = `${path}, line ${i + 1}`;
    const parsed = v.safeParse(LINE, line);
    if (!parsed.success)
      throw new AttuneError('corpus', `${source}: expected a JSON object with "wav", the file of an utterance`);
    return [{ name: parsed.output, source }];
  });
}

/**
 * Divides a corpus as a split does. Every utterance of it must be tested by one fold, and trained on by all others.
 *
 * @param split as {@link readSplit} gives it
 * @throws AttuneError `corpus`, naming the line, where the split names what the corpus does not have, has an utterance in two folds or by two
 *   paths, trains on other utterances than all that a fold does not test, or leaves a fold with nothing to test
 *
 * @example
 * ```ts
 * import { auditCorpus, divideBySplit, readCorpus, readSplit } from 'attune/node';
 *
 * const { corpus, folds } = await divideBySplit(await readCorpus('emodb'), await readSplit('folds.csv'));
 * const findings = await auditCorpus(corpus, { folds });
 * console.log(findings.some(({ code }) => code === 'speaker-on-both-sides')); // true
 * ```
 */
export async function divideBySplit(corpus: Corpus, split: Split): Promise<Divided> {
  checkArgument(corpus, CORPUS, 'the corpus');
  checkArgument(split, SPLIT, 'the split');
  const used = new Set(corpus.utterances.map(({ file }) => file));
  const { recordings } = await listTree(corpus.directory);
  const names = [...split.test.values(), ...split.train.values()].flat().map(({ name }) => name);
  const find = finder(
    corpus.utterances,
    names,
    recordings.filter((file) => !used.has(file)),
  );
  const elsewhere = new Map<string, string>();
  const known = (entries: readonly SplitEntry[]) =>
    entries.flatMap(({ name, source }) => {
      const meant = find(name);
      if (meant === 'left out') return []; // of another class, or for another reason that the corpus has
      if (meant === 'unknown')
        throw new AttuneError(
          'corpus',
          `${source}: ${name} is no utterance of ${corpus.directory}; give the corpus that the split is of, or mend the line`,
        );
      if ('why' in meant) throw new AttuneError('corpus', `${source}: ${name} ${meant.why}; ${meant.remedy}`);
      if (meant.elsewhere) elsewhere.set(name, meant.utterance.file);
      return [{ utterance: meant.utterance, name, source }];
    });
  const tested = new Map<Utterance, { readonly fold: string; readonly name: string; readonly source: string }>();
  for (const [fold, entries] of split.test) {
    const own = known(entries);
    if (!own.length)
      throw new AttuneError(
        'corpus',
        `${split.path}: fold ${fold} tests nothing that the corpus uses: its recordings are left out, as those of other classes are; take more classes, or leave the fold out`,
      );
    for (const { utterance, name, source } of own) {
      const before = tested.get(utterance);
      if (before && contradict(before.name, name))
        throw new AttuneError(
          'corpus',
          `${source}: ${name} and ${before.name} (${before.source}) both mean ${utterance.id} here; write paths as the corpus has them, or take one out`,
        );
      if (before && before.fold !== fold)
        throw new AttuneError(
          'corpus',
          `${source}: ${utterance.id} is tested by fold ${fold}, and by fold ${before.fold} (${before.source}); each is tested once`,
        );
      tested.set(utterance, { fold, name, source });
    }
  }
  const utterances = corpus.utterances.filter((utterance) => tested.has(utterance));
  const strange = corpus.parts?.find(({ label }) => !utterances.some(({ id }) => labelOf(id) === label));
  if (strange)
    throw new AttuneError('corpus', `${split.path} names no utterance of ${strange.label}: leave that corpus out`);
  const folds = [...split.test.keys()].sort(byCodeUnits).map((name): Fold => {
    const isTested = (utterance: Utterance) => tested.get(utterance)!.fold === name;
    return { name, train: utterances.filter((one) => !isTested(one)), test: utterances.filter(isTested) };
  });
  for (const { name, train } of folds) checkTrained(split, name, train, known(split.train.get(name) ?? []));
  const unnamed = corpus.utterances.length - utterances.length;
  const leftOut = unnamed ? { ...corpus.leftOut, 'not in the split': unnamed } : corpus.leftOut;
  const all = count(corpus.utterances.length, 'utterance');
  const [example] = elsewhere;
  const warnings = [
    unnamed > 0 && `${split.path} names ${utterances.length} of ${all}; the others are left out`,
    example &&
      `${split.path}: ${count(elsewhere.size, 'name')} ${elsewhere.size === 1 ? 'has' : 'have'} other folders than the corpus, such as ${example[0]}, taken for ${example[1]}; see that they are the same recordings`,
  ].filter((warning): warning is string => Boolean(warning));
  const kept = new Set(utterances.map(({ id }) => id));
  const parts = corpus.parts?.map((part) => ({
    ...part,
    utterances: part.utterances.filter(({ id }) => kept.has(`${part.label}/${id}`)),
  }));
  return {
    ...{ corpus: { ...corpus, utterances, leftOut, ...(parts && { parts }) }, folds },
    ...(elsewhere.size && { namesElsewhere: elsewhere.size }),
    ...(warnings.length && { warnings }),
  };
}

/** A run trains a fold on all that it does not test: a split that says otherwise is another protocol. */
function checkTrained(
  { path }: Split,
  fold: string,
  train: readonly Utterance[],
  said: readonly { readonly utterance: Utterance; readonly source: string }[],
): void {
  if (!said.length) return;
  const [names, trained] = [new Set(said.map(({ utterance }) => utterance)), new Set(train)];
  const stray = said.find(({ utterance }) => !trained.has(utterance));
  if (stray)
    throw new AttuneError(
      'corpus',
      `${stray.source}: fold ${fold} trains on ${stray.utterance.id}, which it tests too, or which no fold tests; a fold is trained on all that others test`,
    );
  const missing = train.filter((utterance) => !names.has(utterance));
  if (missing.length)
    throw new AttuneError(
      'corpus',
      `${path}: fold ${fold} leaves ${count(missing.length, 'utterance')} untrained and untested, such as ${few(missing.slice(0, 3).map(({ id }) => id))}; a fold is trained on all that others test`,
    );
}
