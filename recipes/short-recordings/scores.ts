import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readAudioFile } from '../../src/audio/file.ts';
import { SAMPLE_RATE } from '../../src/audio/waveform.ts';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import { removedInUse } from '../../src/features/front-end.ts';
import { removeOffset, SEGMENT_SAMPLES, SEGMENT_SECONDS } from '../../src/features/segments.ts';
import { type Checkpoint, readCheckpoint } from '../../src/model/checkpoint.ts';
import { createRecognizer } from '../../src/recognize/recognizer.ts';
import type { Recording } from '../../src/run/run-files.ts';
import { writeJson } from '../../src/run/run-folder.ts';
import type { ScoredUtterance } from '../../src/statistics/temperature.ts';
import { LENGTHS, loudest } from '../shared/cuts.ts';
import { keptJson } from '../shared/kept-json.ts';
import { FILLS, type Fill } from './fills.ts';

/** A length, or `whole` for what is under 2 s as it was recorded. */
export type Cut = `${(typeof LENGTHS)[number]}` | 'whole';
export const CUTS: readonly Cut[] = [...LENGTHS.map((seconds) => `${seconds}` as const), 'whole'];

/** A recording, cut and filled in one way, as a network scores it. */
export interface ShortScore extends ScoredUtterance {
  readonly cut: Cut;
  readonly fill: Fill;
}

export type Scorable = Pick<Recording, 'utterance' | 'file' | 'speaker' | 'emotion' | 'fold'>;

/** Scores every cut of every recording, filled in each way, by one network; kept in `state`, which a later call reads. */
export async function scoreShort(
  checkpointFile: string,
  recordings: readonly Scorable[],
  { directory, fills, state }: { directory: string; fills: readonly Fill[]; state: string },
): Promise<ShortScore[]> {
  const before = await keptJson<ShortScore[]>(state);
  if (before) return before;
  const checkpoint = readCheckpoint(await readFile(checkpointFile), checkpointFile);
  const score = await segmentScorer(checkpoint);
  const scores: ShortScore[] = [];
  for (const { utterance, file, speaker, emotion, fold = 'none' } of recordings) {
    const { waveform } = await readAudioFile(join(directory, file));
    const cuts = cutsOf(waveform.samples);
    const segments = cuts.flatMap(({ cut, samples }) => {
      if (removedInUse(checkpoint.frontEnd)) removeOffset(samples);
      return fills.map((fill) => ({ cut, fill, samples: FILLS[fill](samples) }));
    });
    if (!segments.length) continue;
    const rows = await score.logitsOf(segments.map(({ samples }) => samples));
    for (const [i, { cut, fill }] of segments.entries())
      scores.push({ utterance, speaker, fold, emotion, cut, fill, logits: [rows[i]!] });
  }
  await score.close();
  await mkdir(dirname(state), { recursive: true });
  await writeJson(state, scores);
  process.stderr.write(`${state}: ${scores.length} segments\n`);
  return scores;
}

/** The recording cut down to each length that it exceeds, and as it is where it fills no segment. */
export function cutsOf(samples: Float32Array): { cut: Cut; samples: Float32Array }[] {
  const shorter = LENGTHS.filter((seconds) => seconds * SAMPLE_RATE < samples.length).map((seconds) => {
    const length = Math.round(seconds * SAMPLE_RATE);
    const start = loudest(samples, length);
    return { cut: `${seconds}` as const, samples: samples.slice(start, start + length) };
  });
  return samples.length < SEGMENT_SECONDS * SAMPLE_RATE
    ? [...shorter, { cut: 'whole', samples: samples.slice() }]
    : shorter;
}

/** Scores whole segments as they are: laid end to end, each is one segment of a recording that is cut every 2 s. */
async function segmentScorer(checkpoint: Checkpoint) {
  const frontEnd = { ...checkpoint.frontEnd, testHopSeconds: SEGMENT_SECONDS, offset: 'keep' } as const;
  const recognizer = await createRecognizer({ ...checkpoint, frontEnd }, { threads: 1, temperature: 1 });
  return {
    async logitsOf(segments: readonly Float32Array[]): Promise<number[][]> {
      const samples = new Float32Array(segments.length * SEGMENT_SAMPLES);
      for (const [i, segment] of segments.entries()) samples.set(segment, i * SEGMENT_SAMPLES);
      const said = await recognizer.recognize({ samples, sampleRate: SAMPLE_RATE });
      return said.segments.map(({ logits }) => EMOTIONS.map((name) => Number(logits[name]!.toFixed(5))));
    },
    close: recognizer.close,
  };
}
