import * as v from 'valibot';
import { isWhole, timesOf } from '../audio/excerpt.ts';
import { AttuneError } from '../errors.ts';
import { checkArgument } from '../json.ts';
import {
  type Adapter,
  byCodeUnits,
  idOf,
  isRecording,
  type Labelled,
  READ_OPTIONS,
  type ReadOptions,
  type Tree,
} from './adapter.ts';
import { assignClasses, type LabelUse } from './assign-classes.ts';
import { classFolders } from './class-folders.ts';
import { stated } from './classes.ts';
import { cremaD } from './crema-d.ts';
import { csvCorpus, isTable } from './csv-corpus.ts';
import { emodb } from './emodb.ts';
import { iemocap } from './iemocap.ts';
import { ravdess } from './ravdess.ts';
import { nameKey, spelledAlike } from './spelling.ts';
import { synthetic } from './synthetic.ts';
import { listTree } from './tree.ts';
import type { Corpus, Utterance } from './utterance.ts';

export type { ReadOptions } from './adapter.ts';

/** Corpora with a layout of their own. A folder that shows two of them is refused. */
const ADAPTERS: readonly Adapter[] = [emodb, ravdess, iemocap, cremaD, csvCorpus, synthetic];
/** Folders per class are looked for last: corpora with names of their own are sorted into such folders too. */
const ALL: readonly Adapter[] = [...ADAPTERS, classFolders];

/** Names of the corpora and layouts that {@link readCorpus} knows: what {@link ReadOptions.corpus} may be. */
export const CORPORA: readonly string[] = ALL.map(({ name }) => name);

/**
 * Reads the labels of a folder of recordings, subfolders included; the recordings themselves are not opened.
 * The corpus is found by its layout unless `options` name it. What is not used is counted in `leftOut`.
 *
 * @param directory the folder, or a CSV with the columns file,emotion,speaker in it
 * @throws AttuneError `corpus`, naming file and line where there is one, where the folder is missing, holds no known corpus, two of them, or
 *   no recording of its classes, or its labels are damaged or have no meaning; `usage` where `options` do not fit the corpus, such as a class that it lacks
 *
 * @example
 * ```ts
 * import { readCorpus } from 'attune/node';
 *
 * const { name, utterances, leftOut } = await readCorpus('emodb');
 * console.log(`${name}: ${utterances.length} utterances of ${new Set(utterances.map(({ speaker }) => speaker)).size} speakers`);
 * for (const [reason, count] of Object.entries(leftOut)) console.log(`${count} left out: ${reason}`);
 * ```
 */
export async function readCorpus(directory: string, options: ReadOptions = {}): Promise<Corpus> {
  checkArgument(directory, v.string(), 'the folder of a corpus');
  checkArgument(options, READ_OPTIONS, 'the options');
  return (await readWithLabels(directory, options)).corpus;
}

/**
 * As {@link readCorpus}, with the corpus's own labels and what each was taken for.
 *
 * @param learned classes in order, where the corpus is to test those who learned these from another; it may lack some
 */
export async function readWithLabels(
  directory: string,
  options: ReadOptions = {},
  learned?: readonly string[],
): Promise<{ corpus: Corpus; labels: readonly LabelUse[] }> {
  const tree = await listTree(directory);
  const adapter = await choose(tree, options);
  const readings = await adapter.read(tree, options);
  if (!readings.length) throw nothingOf(tree, `holds no recording of ${adapter.name}`, [adapter]);
  const labelled = readings.filter((reading) => 'label' in reading);
  const { classes, used, leftOut, labels } = assignClasses(labelled, adapter.labels, {
    ...options,
    ...(learned && { learned }),
  });

  const leave = (reason: string, count = 1) => {
    if (count) leftOut[reason] = (leftOut[reason] ?? 0) + count;
  };
  for (const reading of readings) if ('leftOut' in reading) leave(reading.leftOut);
  const taken = new Set(readings.map(({ file }) => file));
  for (const [file, kind] of tree.others) if (isRecording(file)) leave(`a ${kind}, not a file`);
  leave(adapter.others, tree.recordings.filter((file) => !taken.has(file)).length);
  if (!used.length) {
    const reasons = Object.entries(leftOut).map(([reason, count]) => `${count} left out: ${reason}`);
    throw new AttuneError(
      'corpus',
      `${tree.root} holds no ${classes.slice(0, -1).join(', ')} or ${classes.at(-1)} recording (${reasons.join('; ')})`,
    );
  }
  const sorted = used.map(({ reading, emotion }) => utteranceOf(reading, emotion));
  sorted.sort((a, b) => byCodeUnits(a.id, b.id));
  refuseEqualIds(tree.root, sorted);
  const { utterances, ...spellings } = spelledAlike(sorted);
  const warnings = (await adapter.warnings?.(tree)) ?? [];
  const corpus = { name: adapter.name, directory: tree.root, utterances, leftOut, ...stated(classes), ...spellings };
  return { corpus: { ...corpus, ...(warnings.length && { warnings }) }, labels };
}

function utteranceOf(reading: Labelled, emotion: string): Utterance {
  const { file, speaker, gender, session, script, source } = reading;
  if (speaker instanceof AttuneError) throw speaker;
  if (!nameKey(speaker))
    throw new AttuneError('corpus', `${source}: the name of the speaker is blank; give it letters`);
  return {
    id: idOf(reading),
    file,
    ...timesOf(reading),
    emotion,
    speaker,
    ...(gender && { gender }),
    ...(session && { session }),
    ...(script && { script }),
    ...(!isWhole(reading) && { source }),
  };
}

function refuseEqualIds(root: string, sorted: readonly Utterance[]): void {
  const second = sorted.findIndex(({ id }, i) => id === sorted[i - 1]?.id);
  if (second > 0)
    throw new AttuneError(
      'corpus',
      `${sorted[second - 1]!.file} and ${sorted[second]!.file} in ${root} differ in their extension alone, so one id would mean both: take one out, or give it another name`,
    );
}

/** The adapter that the user names, or the one whose corpus the folder shows. */
async function choose(tree: Tree, options: ReadOptions): Promise<Adapter> {
  const adapter = options.corpus === undefined ? await recognise(tree, options) : named(options.corpus);
  if (tree.table && adapter !== csvCorpus)
    throw new AttuneError('usage', `${tree.table} is a table, which ${adapter.name} does not read: give the folder`);
  for (const option of ['turns', 'speaker'] as const)
    if (options[option] !== undefined && !adapter.takes?.includes(option)) {
      const takers = ALL.filter(({ takes }) => takes?.includes(option)).map(({ name }) => name);
      throw new AttuneError(
        'usage',
        `\`${option}\` is for ${takers.join(', ')}, but ${tree.root} is read as ${adapter.name}: leave it out, or name the corpus with \`corpus\``,
      );
    }
  return adapter;
}

function named(name: string): Adapter {
  const adapter = ALL.find((adapter) => adapter.name === name);
  if (adapter) return adapter;
  throw new AttuneError('usage', `no corpus is called ${name}: expected ${CORPORA.join(', ')}`);
}

async function recognise(tree: Tree, options: ReadOptions): Promise<Adapter> {
  if (tree.table) return csvCorpus;
  const signs: { adapter: Adapter; sign: string }[] = [];
  for (const adapter of ADAPTERS) {
    const sign = await adapter.sign(tree, options);
    if (sign) signs.push({ adapter, sign });
  }
  const [found, other] = signs;
  if (found && other)
    throw severalCorpora(
      tree,
      signs.map(({ adapter, sign }) => `${adapter.name} (${sign})`),
      found.adapter,
    );
  if (found) {
    await refuseClassFolders(tree, options, found);
    return found.adapter;
  }
  if (await classFolders.sign(tree, options)) return classFolders;
  if (tree.recordings.length && tree.files.some(isTable)) return csvCorpus; // which says what its header lacks
  throw nothingOf(tree, tree.recordings.length ? 'is no corpus that is known' : 'holds no recordings', ALL);
}

/** Recordings that the corpus does not know, in folders of classes, are a second corpus. A table says by itself what is meant. */
async function refuseClassFolders(
  tree: Tree,
  options: ReadOptions,
  { adapter, sign }: { adapter: Adapter; sign: string },
): Promise<void> {
  if (adapter === csvCorpus) return;
  const known = new Set((await adapter.read(tree, options)).map(({ file }) => file));
  const others = { ...tree, recordings: tree.recordings.filter((file) => !known.has(file)) };
  const folders = await classFolders.sign(others, { ...options, classes: 'four' });
  if (folders) throw severalCorpora(tree, [`${adapter.name} (${sign})`, `${classFolders.name} (${folders})`], adapter);
}

const severalCorpora = ({ root }: Tree, found: readonly string[], first: Adapter) =>
  new AttuneError(
    'corpus',
    `${root} holds more than one corpus: ${found.join(', ')}. Say which is meant with \`corpus\` ${first.name}, or part them`,
  );

function nothingOf({ root, files }: Tree, what: string, adapters: readonly Adapter[]): AttuneError {
  const found = files.length
    ? `found ${files.length} files instead, such as ${files.find((file) => !file.startsWith('.')) ?? files[0]}`
    : 'the folder is empty';
  return new AttuneError(
    'corpus',
    `${root} ${what}: expected ${adapters.map(({ expects }) => expects).join(', ')}; ${found}`,
  );
}
