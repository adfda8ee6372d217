import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hashFile } from '../../src/audio/file.ts';
import { readCorpus } from '../../src/corpus/read.ts';
import { scoreRecordings } from '../../src/evaluate/out-of-fold.ts';
import { type Checkpoint, readCheckpoint } from '../../src/model/checkpoint.ts';
import { sha256Of } from '../../src/run/hashes.ts';
import { writeJson } from '../../src/run/run-folder.ts';
import type { ScoredUtterance } from '../../src/statistics/temperature.ts';
import { type Condition, under } from '../shared/conditions.ts';
import { CORPORA } from '../shared/default-weights-runs.ts';
import { isForDevelopment } from '../shared/development.ts';
import { keptJson } from '../shared/kept-json.ts';
import { shown } from '../shared/scores.ts';

/** Kept outside of the repository: they are made again in minutes. */
const FOLDER = 'runs/own-mean';
const WEIGHTS = 'weights/attune.safetensors';

/** Speakers by whom choices were made, or all others. */
export type Half = 'development' | 'test';
/** The channels of recordings in one folder. */
const CHANNELS = ['clean', 'telephone'] as const satisfies readonly Condition[];
export type Channel = (typeof CHANNELS)[number];

/** A corpus as the default weights hear it, by the channel that it comes through. */
export interface HeardCorpus {
  readonly name: string;
  readonly channels: Readonly<Record<Channel, readonly ScoredUtterance[]>>;
}

interface Kept {
  /** of the network: its numbers, whatever else its file says */
  readonly network: string;
  readonly scores: readonly ScoredUtterance[];
}

export const readWeights = async (): Promise<Checkpoint> => readCheckpoint(await readFile(WEIGHTS), WEIGHTS);

/** Segment logits of every recording of RAVDESS and nEMO by one half of their speakers, as recorded and through a telephone; kept. */
export async function heardCorpora(corpora: string, half: Half): Promise<HeardCorpus[]> {
  const checkpoint = await readWeights();
  const heard: HeardCorpus[] = [];
  for (const { name, path } of CORPORA) {
    const channels: Partial<Record<Channel, readonly ScoredUtterance[]>> = {};
    for (const channel of CHANNELS)
      channels[channel] = await scoresOf(checkpoint, { name, corpus: join(corpora, path), half, channel });
    heard.push({ name, channels: channels as HeardCorpus['channels'] });
  }
  return heard;
}

interface Asked {
  readonly name: string;
  readonly corpus: string;
  readonly half: Half;
  readonly channel: Channel;
}

async function scoresOf(checkpoint: Checkpoint, { name, corpus, half, channel }: Asked) {
  const folder = name.toLowerCase() as 'ravdess' | 'nemo';
  const path = join(FOLDER, `${folder}-${half}-${channel}.json`);
  const network = networkOf(checkpoint);
  const kept = await keptJson<Kept>(path);
  if (kept?.network === network) return kept.scores;
  const { directory, utterances } = await readCorpus(corpus);
  const recordings = [];
  for (const { id, ...utterance } of utterances)
    if (isForDevelopment(folder, utterance) === (half === 'development'))
      recordings.push({ ...utterance, utterance: id, sha256: await hashFile(join(directory, utterance.file)) });
  const scores = await scoreRecordings(checkpoint, recordings, directory, {
    ...{ threads: 1, alter: under(channel), onProgress: shown(`${name}, ${half} speakers, ${channel}`) },
  });
  await mkdir(FOLDER, { recursive: true });
  await writeJson(path, { network, scores } satisfies Kept);
  return scores;
}

function networkOf({ architecture, frontEnd, tensors }: Checkpoint): string {
  const numbers = Object.entries(tensors)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { data, shape }]) => [
      name,
      shape,
      sha256Of(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
    ]);
  return sha256Of(JSON.stringify({ architecture, frontEnd, numbers }));
}
