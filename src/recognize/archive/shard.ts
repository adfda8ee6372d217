import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { hashFile, readAudioFile } from '../../audio/file.ts';
import { ownFolder } from '../../corpus/own-folder.ts';
import { AttuneError } from '../../errors.ts';
import { locate } from '../../file-names.ts';
import { writeWhole } from '../../files.ts';
import { type Failure, failureOf } from '../../jobs/failure.ts';
import type { UnitContext } from '../../jobs/units.ts';
import type { WeightsName } from '../default-weights.ts';
import { createEmbedder } from '../embed.ts';
import { loadEmbedder } from '../embed-outside.ts';
import { openCheckpoint } from '../open-checkpoint.ts';
import { recognizerBehind } from '../open-recognizer.ts';
import { type ReportOptions, WORKS, type Work } from '../report.ts';
import type { Turn } from '../turns.ts';
import { lineOf, sealedLines } from './lines.ts';
import { shardFile, WEIGHTS_FILE } from './units.ts';

/** A recording of an archive. */
export interface ShardFile {
  /** relative to the archive's folder, with forward slashes */
  readonly path: string;
  /** what results and messages call it */
  readonly file: string;
  /** of the file, so that another one is told */
  readonly bytes?: number;
  /** why it could not be read where it was listed, which is what is told of it; then no worker looks for it */
  readonly absent?: string;
  /** what of it is answered; absent: the whole */
  readonly turns?: readonly Turn[];
}

/** What is done with each recording. */
export type ShardWork =
  | { readonly what: Work; readonly weights: WeightsName | 'own'; readonly report: ReportOptions }
  | {
      readonly what: 'embed';
      /** every frame, or a vector a recording */
      readonly frames: boolean;
      /** of an encoder of the user's own; absent: the one that comes with Attune */
      readonly encoder?: string;
      readonly maxSeconds?: number;
    };

/** A part of an archive, a unit of work for a process of its own. */
export interface Shard {
  /** counted from 0 */
  readonly number: number;
  /** which of the shard's recordings these are, counted from 0, `to` not among them; absent: all */
  readonly part?: { readonly from: number; readonly to: number };
  /** by which a machine finds the archive among its folders */
  readonly archive: string;
  readonly files: readonly ShardFile[];
  /** of the files where they are listed, their sizes and times: what came of them is not taken for that of others */
  readonly stamp?: string;
  readonly work: ShardWork;
}

/**
 * Looks whether a machine has the archive.
 *
 * @throws AttuneError `corpus` where it has not
 */
export async function ready(shard: Shard, { means }: UnitContext<never>): Promise<void> {
  await pathsOf(shard, means.corpora);
}

/** Where this machine has the shard's recordings, none of those that are absent. */
async function pathsOf({ archive, files }: Shard, corpora: readonly string[]): Promise<Map<ShardFile, string>> {
  const listed = files.filter(({ absent }) => absent === undefined);
  if (!listed.length) return new Map();
  const paths = listed.map(({ path }) => path);
  const directory = await ownFolder(corpora, archive, paths, true);
  return new Map(listed.map((file) => [file, join(directory, file.path)]));
}

/** Does what is asked with each recording, in order, and writes a line for each. */
export async function work(shard: Shard, { folder, means, signal }: UnitContext<never>): Promise<void> {
  const paths = await pathsOf(shard, means.corpora);
  for (const [file, path] of paths) await refuseOther(path, file); // before any work
  const each = await openedFor(shard.work, folder, means.encoder);
  const lines: Buffer[] = [];
  for (const file of shard.files) {
    signal?.throwIfAborted();
    const path = paths.get(file);
    if (path === undefined) {
      lines.push(lineOf({ failure: { code: 'audio', text: file.absent! } }));
      continue;
    }
    const line = await each(path, file).then(
      (result) => ({ result }),
      (error) => {
        const failure = failureOf(error);
        return { failure: { ...failure, text: named(failure, path, file) } };
      },
    );
    const { stack: _, ...failure } = 'failure' in line ? line.failure : { text: '' };
    lines.push(lineOf('failure' in line ? { failure } : line));
  }
  await writeWhole(join(folder, shardFile(shard)), sealedLines(lines));
}

/** What went wrong with a recording, by the name that whoever asked gave it, wherever this machine has it. */
function named({ code, text }: Failure, path: string, { file }: ShardFile): string {
  if (text.startsWith(path)) return file + text.slice(path.length);
  return code ? text : `${file}: ${text}`;
}

/** @throws AttuneError `corpus` where a machine has another file than the one that was listed */
async function refuseOther(path: string, { bytes }: ShardFile): Promise<void> {
  const found = await stat(await locate(path)).catch(() => undefined);
  if (bytes === undefined || found?.size === bytes) return;
  throw new AttuneError(
    'corpus',
    `${path} ${found ? `has ${found.size} bytes` : 'is not'} here, and ${bytes} bytes where it was listed: put the same recording there`,
  );
}

/** Bytes of a recording's frames, which travel as a string. */
const MOST_CARRIED = 300e6;

/** Answers a recording. */
type Each = (path: string, file: ShardFile) => Promise<unknown>;

let opened: { readonly key: string; readonly each: Each; readonly close: () => Promise<void> } | undefined;

/** What does the work, which stays open for the next shard of the same. */
async function openedFor(work: ShardWork, folder: string, encoder: string | undefined): Promise<Each> {
  const weights = 'weights' in work && work.weights === 'own' ? await hashFile(join(folder, WEIGHTS_FILE)) : '';
  const key = JSON.stringify([work, weights, encoder]);
  if (opened?.key !== key) {
    await opened?.close();
    opened = undefined;
    opened = { key, ...(await openWork(work, folder, encoder)) };
  }
  return opened.each;
}

async function openWork(work: ShardWork, folder: string, encoder: string | undefined) {
  if (work.what === 'embed') {
    const { frames, maxSeconds } = work;
    const embedder = await (work.encoder === undefined
      ? createEmbedder({ threads: 1 })
      : loadEmbedder(await ownEncoder(encoder, work.encoder), { threads: 1 }));
    const each = async (path: string): Promise<CarriedEmbedding> => {
      const { waveform } = await readAudioFile(path, maxSeconds === undefined ? {} : { maxSeconds });
      const embedding = await embedder.embed(waveform);
      if (frames && embedding.frames.byteLength > MOST_CARRIED)
        throw new AttuneError('audio', `${path}: its frames are more than a queue carries: embed it without --queue`);
      return { heard: embedding.heard, numbers: textOf(frames ? embedding.frames : embedding.vector) };
    };
    return { each, close: () => embedder.close() };
  }
  const { what, weights, report } = work;
  const choice = weights === 'own' ? { checkpoint: join(folder, WEIGHTS_FILE) } : { weights };
  const checkpoint = await openCheckpoint(choice);
  const own = checkpoint.frontEnd.kind === 'onnx' ? encoder : undefined; // a machine may have one for other work
  const recognizer = await recognizerBehind(checkpoint, own, { threads: 1 });
  const each = (path: string, { file, turns }: ShardFile) =>
    WORKS[what]({ file, path, ...(turns && { turns }) }, recognizer, report);
  return { each, close: () => recognizer.close() };
}

/** @throws AttuneError `usage` where a machine has no encoder of the user's own, or another */
async function ownEncoder(path: string | undefined, sha256: string): Promise<string> {
  const found = path === undefined ? undefined : await hashFile(path);
  if (path !== undefined && found === sha256) return path;
  throw new AttuneError(
    'usage',
    `expected an encoder with SHA-256 ${sha256}, got ${found ?? 'none'}: name it to this worker with --encoder`,
  );
}

/** An embedding as JSON: of its vector, or its frames, the bytes of float32, in base64. */
export interface CarriedEmbedding {
  readonly heard: readonly boolean[];
  readonly numbers: string;
}

const textOf = ({ buffer, byteOffset, byteLength }: Float32Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64');

/** The numbers of a {@link CarriedEmbedding}. */
export function numbersOf({ numbers }: CarriedEmbedding): Float32Array {
  const bytes = Buffer.from(numbers, 'base64');
  return new Float32Array(Uint8Array.from(bytes).buffer);
}
