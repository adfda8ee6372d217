import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeSyntheticCorpus } from '../../src/corpus/synthetic.ts';
import { listRecordings } from '../../src/recognize/recordings.ts';
import { round } from '../figures.ts';
import { inTemporaryFolder } from '../temporary.ts';
import { attune, hireWorkers } from './attune.ts';
import { emodbFiles, nameAlso } from './emodb.ts';
import { OFTEN, startRedis } from './redis.ts';
import type { Measuring } from './store.ts';

export interface RecordingsFigures {
  readonly weights: 'encoder' | 'paper';
  readonly workers: number;
  /** recordings that workers answered, of so many different ones, and how long they last together, s */
  readonly files: number;
  readonly different: number;
  readonly audio_s: number;
  /** of the command, its start included, s */
  readonly queue_s: number;
  readonly files_per_s: number;
  /** the first of them, by `attune recognize` with as many threads as there were workers */
  readonly local_files: number;
  readonly local_s: number;
  readonly local_files_per_s: number;
  /** seconds of sound that a worker answers in a second, on a core of its own */
  readonly audio_s_per_worker_s: number;
  /** each once, and of the slice what one machine says */
  readonly same_answers: boolean;
}

const AMOUNT = { files: 10_000, slice: 1_000, workers: 2 };
const LITTLE = { files: 24, slice: 8, workers: 2 };
/** What takes longer with the default weights is answered with those of the paper's network, s. */
const MOST_SECONDS = 720;

/** Real recordings by workers of a queue, and some of them on this machine. */
export const measureRecordings = ({ quick, say, keep }: Measuring<RecordingsFigures>): Promise<void> =>
  inTemporaryFolder('scale', async (folder) => {
    const { files, slice, workers } = quick ? LITTLE : AMOUNT;
    const originals = await (quick ? syntheticFiles(folder) : emodbFiles());
    for (let i = 0; i < files; i++) {
      const name = join(`${Math.floor(i / 100)}`.padStart(3, '0'), `${`${i}`.padStart(5, '0')}.wav`);
      await nameAlso(originals[i % originals.length]!, join(folder, 'archive', name));
      if (i < slice) await nameAlso(originals[i % originals.length]!, join(folder, 'slice', name));
    }
    const ask = (what: string, out: string, how: readonly string[]) =>
      attune(['recognize', join(folder, what), '--format', 'jsonl', '--out', join(folder, out), ...how]);
    const here = (weights: string) => ask('slice', 'local.jsonl', ['--weights', weights, '--threads', `${workers}`]);
    let weights: RecordingsFigures['weights'] = 'encoder';
    let localSeconds = await here(weights);
    say(`${slice} recordings here: ${localSeconds.toFixed(0)} s`);
    if ((localSeconds * files) / slice > MOST_SECONDS) {
      weights = 'paper';
      localSeconds = await here(weights);
    }
    const redis = await startRedis(OFTEN);
    const hired = await hireWorkers(redis.url, workers, ['--corpus-dir', folder, '--cache', join(folder, 'cache')]);
    let queueSeconds: number;
    try {
      queueSeconds = await ask('archive', 'queue.jsonl', ['--weights', weights, '--queue', redis.url]);
    } finally {
      await hired.dismiss();
      await redis.stop();
    }
    say(`${files} recordings over the queue: ${queueSeconds.toFixed(0)} s`);
    const [queue, local] = [await answersIn(folder, 'queue.jsonl'), await answersIn(folder, 'local.jsonl')];
    const { found } = await listRecordings([join(folder, 'archive')]);
    const audio = queue.reduce((sum, { durationSeconds }) => sum + durationSeconds, 0);
    const inSlice = (one: Answered) => JSON.stringify({ ...one, file: one.file.slice(one.file.lastIndexOf('/')) });
    await keep({
      ...{ weights, workers, files, different: Math.min(files, originals.length), audio_s: Math.round(audio) },
      ...{ queue_s: round(queueSeconds), files_per_s: round(files / queueSeconds) },
      ...{ local_files: slice, local_s: round(localSeconds), local_files_per_s: round(slice / localSeconds) },
      audio_s_per_worker_s: round(audio / queueSeconds / workers),
      same_answers:
        queue.map(({ file }) => file).join('\n') === found.map(({ file }) => file).join('\n') &&
        local.map(inSlice).join('\n') === queue.slice(0, slice).map(inSlice).join('\n'),
    });
  });

interface Answered {
  readonly file: string;
  readonly durationSeconds: number;
}

async function answersIn(folder: string, name: string): Promise<Answered[]> {
  const text = await readFile(join(folder, name), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Answered);
}

async function syntheticFiles(folder: string): Promise<string[]> {
  await writeSyntheticCorpus(join(folder, 'voices'), { speakers: 2, utterancesPerEmotion: 1, seed: 5 });
  const { found } = await listRecordings([join(folder, 'voices')]);
  return found.map(({ file }) => file);
}
