import { createHash } from 'node:crypto';
import { link, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import { openCache } from '../../src/features/cache.ts';
import { DEFAULT_FRONT_END } from '../../src/features/front-end.ts';
import { SPECTROGRAM_SIZE } from '../../src/features/spectrogram.ts';
import { noise } from '../measurements.ts';

/** Segments of each recording; every size of a corpus is a multiple. */
const SEGMENTS = 10;
/** Recordings with bytes of their own; the others are further names of the same files. */
const DISTINCT = 50;

/** Recordings that hold so many segments, as a manifest has them. The first ones of a larger corpus are those of a smaller. */
export const recordingsOf = (segments: number) =>
  Array.from({ length: segments / SEGMENTS }, (_, i) => ({
    sha256: createHash('sha256').update(`recording ${i}`).digest('hex'),
    emotion: EMOTIONS[i % EMOTIONS.length]!,
    speaker: 'anyone',
    file: `recording ${i}`,
  }));

/**
 * Writes a cache of features, in its real format. 160 MB of noise stand under as many names as it takes: a step opens and reads
 * files all over a corpus of any size, out of the system's file cache.
 */
export async function makeCorpus(directory: string, segments: number): Promise<void> {
  const cache = await openCache(directory, DEFAULT_FRONT_END);
  const recordings = recordingsOf(segments);
  const shared = noise(2 * SPECTROGRAM_SIZE);
  for (const [i, { sha256 }] of recordings.slice(0, DISTINCT).entries()) {
    const spectrograms = new Float32Array(SEGMENTS * SPECTROGRAM_SIZE);
    for (let segment = 0; segment < SEGMENTS; segment++) {
      const first = ((i * SEGMENTS + segment) * 97) % SPECTROGRAM_SIZE;
      spectrograms.set(shared.subarray(first, first + SPECTROGRAM_SIZE), segment * SPECTROGRAM_SIZE);
    }
    await cache.write(sha256, spectrograms);
  }
  const [folder] = await readdir(directory);
  const path = (i: number) => join(directory, folder!, `${recordings[i]!.sha256}.f32`);
  for (let i = DISTINCT; i < recordings.length; i++) await link(path(i % DISTINCT), path(i));
}
