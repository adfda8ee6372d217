import { open } from 'node:fs/promises';
import { Command } from 'commander';
import { hashFile, readAudioFile } from '../audio/file.ts';
import { seenCsv } from '../csv.ts';
import { AttuneError } from '../errors.ts';
import { type GrowingFile, openGrowing } from '../files.ts';
import { npyHead } from '../npy.ts';
import { refuseOverwriting } from '../overwriting.ts';
import { type CarriedEmbedding, numbersOf } from '../recognize/archive/shard.ts';
import { createEmbedder, type Embedder, type Embedding } from '../recognize/embed.ts';
import { loadEmbedder } from '../recognize/embed-outside.ts';
import { encoderFiles } from '../recognize/encoder-file.ts';
import type { Listing } from '../recognize/recordings.ts';
import { count } from '../text.ts';
import { type ArchiveFlags, addArchiveOptions, archiveFor, recordingsOf, refuseUnfit } from './archive.ts';
import { inFlags } from './flags.ts';
import { asTheyCome, inTheirOrder } from './outcomes.ts';
import { showCount } from './progress.ts';
import { print } from './terminal.ts';
import { cores, positive } from './values.ts';

interface Flags extends ArchiveFlags {
  out: string;
  frames?: true;
  encoder?: string;
  maxSeconds?: number;
  threads?: number;
}

const NOTES = `
A recording's vector is the mean, the deviation and the maximum of each number
over the encoder's frames of 20 ms, those more than 30 dB below the loudest of
their 2 s left out. An .npy of float32 has a row a recording, or with --frames a
row a frame; VECTORS.npy.csv beside it says of which file each row is. A .csv as
--out holds both in one.

An encoder of your own takes samples [batch, samples] at 16 kHz, or log-mel
spectrograms [batch, 80, frames] as Whisper defines them, and gives frames
[batch, frames, width]. What its file does not tell, ENCODER.json beside
ENCODER.onnx may say: input (waveform or log-mel), normalize (true or false),
output (a name).

  attune embed corpus/ --out vectors.npy
  attune embed call.wav --frames --out frames.csv
  attune embed corpus/ --encoder models/hubert.onnx --out hubert.npy
  attune embed corpus/ --queue redis://10.0.0.5:6379 --out vectors.npy`;

export function embedCommand(): Command {
  const command = new Command('embed')
    .description(
      'Write what the speech encoder hears in recordings, as vectors or frames, for a classifier of your own.',
    )
    .argument('[path...]', 'recordings (wav, flac, mp3, m4a, mp4, aac, ogg, opus, webm, mka, aiff), or folders of them')
    .requiredOption('--out <file>', 'what to write: .npy or .csv')
    .option('--encoder <file>', 'an encoder of your own, in ONNX (default: the one that comes with Attune)')
    .option('--frames', 'every frame of 20 ms, not a vector a recording')
    .option('--max-seconds <s>', 'refuse a recording that lasts longer (default: 14400)', positive)
    .option('--threads <n>', 'processor cores to use, a recording each (default: all)', cores);
  return addArchiveOptions(command).addHelpText('after', NOTES).action(embed);
}

async function embed(paths: readonly string[], flags: Flags, command: Command): Promise<void> {
  const { out, frames, encoder, maxSeconds, threads } = flags;
  refuseUnfit(paths, flags, command);
  if (flags.unordered && out.endsWith('.npy'))
    throw new AttuneError(
      'usage',
      'rows of an .npy keep the order of the recordings: leave --unordered out, or write a .csv',
    );
  if (!/\.(npy|csv)$/.test(out))
    throw new AttuneError('usage', `expected --out to end in .npy or .csv, got ${out}; name the file VECTORS.npy`);
  const { found, notes } = await recordingsOf(paths, flags);
  await refuseOverwriting(filesOf(out), [...found.map(({ file }) => file), ...encoderFiles(encoder)]);
  if (out.endsWith('.npy')) await refuseOthersNames(namesFile(out));
  const own = threads === undefined ? {} : { threads };
  const embedder = await (encoder === undefined ? createEmbedder(own) : loadEmbedder(encoder, own));
  const rows = frames ? frameRows(embedder) : vectorRows(embedder);
  const progress = showCount('recordings', found.length);
  const recordings = found.filter((item) => 'root' in item);
  const archive = await archiveFor(flags, command, recordings, (text) => progress.say(`attune: ${text}`));
  const table = await openTable(out, rows);
  for (const note of notes) progress.say(`attune: ${note}`);
  const inShards = archive?.<CarriedEmbedding>({
    ...{ what: 'embed', frames: frames === true },
    ...(encoder !== undefined && { encoder: await hashFile(encoder) }),
    ...(maxSeconds !== undefined && { maxSeconds }),
  });
  const outcomes =
    inShards && flags.unordered
      ? asTheyCome(found, inShards.asTheyCome)
      : inTheirOrder<CarriedEmbedding | Embedding>(
          found,
          inShards ? inShards.answers : embeddingsOf(found, embedder, maxSeconds),
        );
  try {
    let [done, failed] = [0, 0];
    for await (const { file, answer } of outcomes) {
      if (answer instanceof AttuneError) {
        failed++;
        progress.say(`attune: ${inFlags(answer.message)}`);
      } else await table.add(file, 'numbers' in answer ? carried(answer) : answer);
      progress.done(++done);
    }
    progress.clear();
    if (failed === found.length)
      throw new AttuneError('audio', `none of ${count(found.length, 'recording')} could be read; nothing was written`);
    const [rows, columns] = await table.finish();
    await inShards?.end();
    print([`${out}: ${count(rows, 'row')} of ${columns} numbers`]);
    if (failed) process.exitCode = 1;
  } catch (error) {
    await table.abandon();
    throw error;
  } finally {
    await embedder.close();
  }
}

/** What a worker heard; of its numbers those that are asked for. */
function carried(answer: CarriedEmbedding): Embedding {
  const numbers = numbersOf(answer);
  return { heard: answer.heard, vector: numbers, frames: numbers };
}

async function* embeddingsOf(
  found: Listing['found'],
  embedder: Embedder,
  maxSeconds?: number,
): AsyncGenerator<Embedding | AttuneError> {
  for (const item of found) {
    if ('error' in item) continue;
    try {
      const { waveform } = await readAudioFile(item.file, maxSeconds === undefined ? {} : { maxSeconds });
      yield await embedder.embed(waveform);
    } catch (error) {
      if (!(error instanceof AttuneError)) throw error;
      yield error;
    }
  }
}

/** What says of which file each row of an `.npy` is. */
const namesFile = (out: string) => `${out}.csv`;
const filesOf = (out: string) => (out.endsWith('.npy') ? [out, namesFile(out)] : [out]);

/** Refuses to replace a file that nobody named and that `embed` did not write. */
async function refuseOthersNames(path: string): Promise<void> {
  const file = await open(path).catch(() => undefined);
  if (!file) return; // none, or one that writing will tell of
  const heads = [VECTOR_NAMES, FRAME_NAMES].map((names) => seenCsv([[...names]]));
  const { buffer, bytesRead } = await file
    .read(Buffer.alloc(Math.max(...heads.map(({ length }) => length))))
    .finally(() => file.close());
  const start = buffer.toString('latin1', 0, bytesRead);
  if (!heads.some((head) => start.startsWith(head)))
    throw new AttuneError(
      'usage',
      `${path} would be replaced by the names of the rows, but \`attune embed\` did not write it: move it away, or give another --out`,
    );
}

/** What rows of embeddings hold. */
interface Rows {
  readonly names: readonly string[];
  readonly columns: readonly string[];
  /** what says of what each row is, and the numbers of all, row by row */
  of(file: string, embedding: Embedding): { readonly cells: readonly string[][]; readonly numbers: Float32Array };
}

const numbered = (name: string, width: number) => Array.from({ length: width }, (_, k) => `${name}_${k}`);

const VECTOR_NAMES = ['file', 'seconds', 'heard_seconds'] as const;
const FRAME_NAMES = ['file', 'start', 'heard'] as const;

const vectorRows = ({ width, frameSeconds }: Embedder): Rows => ({
  names: VECTOR_NAMES,
  columns: ['mean', 'deviation', 'maximum'].flatMap((name) => numbered(name, width)),
  of: (file, { heard, vector }) => {
    const seconds = (frames: number) => (frames * frameSeconds).toFixed(2);
    return { cells: [[file, seconds(heard.length), seconds(heard.filter(Boolean).length)]], numbers: vector };
  },
});

const frameRows = ({ width, frameSeconds }: Embedder): Rows => ({
  names: FRAME_NAMES,
  columns: numbered('frame', width),
  of: (file, { heard, frames }) => ({
    cells: heard.map((is, i) => [file, (i * frameSeconds).toFixed(2), String(Number(is))]),
    numbers: frames,
  }),
});

/** So many digits tell a float32 from its neighbours. */
const DIGITS = 9;
const shown = (value: number) => String(Number(value.toPrecision(DIGITS)));

/** A table that grows by recordings: one file, or an .npy and the names of its rows beside it. */
async function openTable(out: string, { names, columns, of }: Rows) {
  const isNpy = out.endsWith('.npy');
  const data: GrowingFile | undefined = isNpy ? await openGrowing(out) : undefined;
  const text = await openGrowing(isNpy ? namesFile(out) : out).catch(async (error) => {
    await data?.abandon();
    throw error;
  });
  await data?.append(npyHead([0, columns.length]));
  await text.append(seenCsv([[...names, ...(isNpy ? [] : columns)]]));
  let total = 0;
  return {
    async add(file: string, embedding: Embedding): Promise<void> {
      const { cells, numbers } = of(file, embedding);
      const width = columns.length;
      const row = (i: number) => Array.from(numbers.subarray(i * width, (i + 1) * width), shown);
      await data?.append(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength));
      await text.append(seenCsv(cells.map((own, i) => [...own, ...(isNpy ? [] : row(i))])));
      total += cells.length;
    },
    async finish(): Promise<readonly [rows: number, columns: number]> {
      await data?.finish(npyHead([total, columns.length]));
      await text.finish();
      return [total, columns.length];
    },
    async abandon(): Promise<void> {
      await data?.abandon();
      await text.abandon();
    },
  };
}
