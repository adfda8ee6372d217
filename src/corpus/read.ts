import { readdir, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { AttuneError } from '../errors.ts';
import { type Adapter, byCodeUnits, isRecording, withoutExtension } from './adapter.ts';
import { emodb } from './emodb.ts';
import { ravdess } from './ravdess.ts';
import { synthetic } from './synthetic.ts';
import type { Corpus, Utterance } from './utterance.ts';

/** Every corpus that {@link readCorpus} knows; of two that recognise as many files, the first is taken. */
const ADAPTERS: readonly Adapter[] = [emodb, ravdess, synthetic];

/**
 * Reads the labels of a folder of recordings, subfolders included; the recordings themselves are not opened.
 * The corpus is found by its layout: the adapter that recognises most files is taken. What is not used is counted in `leftOut`.
 *
 * @throws AttuneError `corpus` where the folder is missing, is a file, or holds no recording of a known corpus and class
 */
export async function readCorpus(directory: string): Promise<Corpus> {
  const root = resolve(directory);
  const files = await recordingsIn(root);
  const { adapter, own } = findAdapter(root, files);
  const readings = await adapter.read(root, own);

  const utterances: Utterance[] = [];
  const leftOut: Record<string, number> = {};
  const leave = (reason: string, count = 1) => {
    if (count) leftOut[reason] = (leftOut[reason] ?? 0) + count;
  };
  readings.forEach((reading, i) => {
    if ('leftOut' in reading) leave(reading.leftOut);
    else utterances.push({ id: withoutExtension(own[i]!), file: own[i]!, ...reading });
  });
  leave(`not named as ${adapter.name} names its recordings`, files.length - own.length);
  if (!utterances.length) {
    const reasons = Object.entries(leftOut).map(([reason, count]) => `${count} left out: ${reason}`);
    throw new AttuneError('corpus', `${root} holds no neutral, happy, angry or sad recording (${reasons.join('; ')})`);
  }
  utterances.sort((a, b) => byCodeUnits(a.id, b.id));
  return { name: adapter.name, directory: root, utterances, leftOut };
}

/** Recordings under `root`, sorted, as relative paths with forward slashes. */
async function recordingsIn(root: string): Promise<string[]> {
  const found = await stat(root).catch((cause) => {
    throw new AttuneError('corpus', `cannot read ${root}: give the folder that holds the recordings`, { cause });
  });
  if (!found.isDirectory())
    throw new AttuneError('corpus', `${root} is a file: give the folder that holds the recordings`);
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'));
  const recordings = files.filter(isRecording).sort(byCodeUnits);
  if (!recordings.length)
    throw new AttuneError('corpus', `${root} holds no recordings: expected ${expected()}; ${example(files)}`);
  return recordings;
}

/** The adapter that recognises most of `files`, with the files that it recognises. */
function findAdapter(root: string, files: readonly string[]): { adapter: Adapter; own: string[] } {
  const candidates = ADAPTERS.map((adapter) => ({ adapter, own: files.filter((file) => adapter.recognizes(file)) }));
  const best = candidates.reduce((best, next) => (next.own.length > best.own.length ? next : best));
  if (best.own.length) return best;
  throw new AttuneError('corpus', `${root} is no corpus that is known: expected ${expected()}; ${example(files)}`);
}

const expected = () => ADAPTERS.map((adapter) => adapter.expects).join(', ');

const example = (files: readonly string[]) =>
  files.length ? `found ${files.length} files instead, such as ${files[0]}` : 'the folder is empty';
