import * as v from 'valibot';
import { isWhole, timesOf } from '../audio/excerpt.ts';
import { AttuneError } from '../errors.ts';
import { checkArgument } from '../json.ts';
import { clipped } from '../text.ts';
import { byCodeUnits, idOf, isRecording, type Labelled, READ_OPTIONS, type ReadOptions } from './adapter.ts';
import { assignClasses, type LabelUse } from './assign-classes.ts';
import { stated } from './classes.ts';
import { type FoundCorpus, findCorpus, nothingOf, refuseUntaken } from './find.ts';
import { nameKey, spelledAlike } from './spelling.ts';
import type { Corpus, Utterance } from './utterance.ts';

export type { ReadOptions } from './adapter.ts';

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
  const found = await findCorpus(directory, options);
  refuseUntaken([found], options);
  return readFound(found, options, learned);
}

/** As {@link readWithLabels}, of a folder that was found. */
export async function readFound(
  { tree, adapter }: FoundCorpus,
  options: ReadOptions,
  learned?: readonly string[],
): Promise<{ corpus: Corpus; labels: readonly LabelUse[] }> {
  const readings = await adapter.read(tree, options);
  if (!readings.length) throw nothingOf(tree, `holds no recording of ${adapter.name}`, [adapter]);
  const labelled = readings.filter((reading) => 'label' in reading);
  const { classes, used, leftOut, labels, alone } = assignClasses(labelled, adapter.labels, {
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
  const warnings = [...((await adapter.warnings?.(tree)) ?? []), ...(alone ? [ofOneSpeaker(tree.root, alone)] : [])];
  const corpus = { name: adapter.name, directory: tree.root, utterances, leftOut, ...stated(classes), ...spellings };
  return { corpus: { ...corpus, ...(warnings.length && { warnings }) }, labels };
}

/** So many names are told. */
const SHOWN = 5;

function ofOneSpeaker(root: string, alone: readonly string[]): string {
  const shown = alone
    .slice(0, SHOWN)
    .map((name) => clipped(name))
    .join(', ');
  const more = alone.length > SHOWN ? ` and ${alone.length - SHOWN} more` : '';
  const [classes, are, them] = alone.length === 1 ? ['class', 'is', 'it'] : ['classes', 'are', 'each of them'];
  return `${root}: ${classes} ${shown}${more} ${are} left out: one speaker alone has ${them}, so that nothing could be trained on it and tested too. \`labels\` can put it to another class.`;
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
