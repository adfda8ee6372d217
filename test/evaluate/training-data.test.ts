import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { balanced } from '../../src/evaluate/balanced.ts';
import { trainingData } from '../../src/evaluate/training-data.ts';
import { openCache } from '../../src/features/cache.ts';
import { copyName } from '../../src/features/copies.ts';
import { DEFAULT_FRONT_END } from '../../src/features/front-end.ts';
import { SPECTROGRAM_SIZE } from '../../src/features/spectrogram.ts';

const RECORDINGS = [
  { sha256: 'a'.repeat(64), emotion: 'sad', speaker: 'x', file: 'a.wav' },
  { sha256: 'b'.repeat(64), emotion: 'neutral', speaker: 'y', file: 'b.wav' },
] as const;
const AUGMENTATION = { copies: 2, alterations: ['speed'], masks: false } as const;

/** Every segment is filled with one number that names it: 10 a version, 1 a segment. */
async function cacheOf(versions: readonly (readonly [name: string, first: number, segments: number])[]) {
  const cache = await openCache(await mkdtemp(join(tmpdir(), 'attune-data-')), DEFAULT_FRONT_END);
  for (const [name, first, segments] of versions)
    await cache.write(
      name,
      Float32Array.from({ length: segments * SPECTROGRAM_SIZE }, (_, i) => first + Math.floor(i / SPECTROGRAM_SIZE)),
    );
  return cache;
}
const [a, b] = RECORDINGS;
const versions = [
  [a.sha256, 10, 4],
  [copyName(a.sha256, ['speed'], 1), 20, 2],
  [copyName(a.sha256, ['speed'], 2), 30, 5],
  [b.sha256, 40, 1],
  [copyName(b.sha256, ['speed'], 1), 50, 0],
  [copyName(b.sha256, ['speed'], 2), 60, 1],
] as const;

describe('training data', () => {
  it('have as many segments of each class, those of rarer ones again, where that is asked for', async () => {
    const data = await trainingData(RECORDINGS, await cacheOf(versions), { seed: 1, balance: true });
    expect(data.labels).toEqual([3, 3, 3, 3, 0, 0, 0, 0]);
    const target = new Float32Array(SPECTROGRAM_SIZE);
    const seen = data.labels.map((_, i) => {
      data.read(i, target, 1);
      return target[0];
    });
    expect(seen).toEqual([10, 11, 12, 13, 40, 40, 40, 40]);
    const three = [1, 2, 2, 3, 3, 3, 3, 3].map((label, i) => ({ label, i }));
    const counted = balanced(three).map(({ label, i }) => `${label}${i}`);
    expect(counted.slice(8).sort()).toEqual(['10', '10', '10', '10', '21', '21', '22']);
  });

  it('are the segments as they are, in every epoch, where nothing else is asked for', async () => {
    const data = await trainingData(RECORDINGS, await cacheOf(versions), { seed: 1 });
    expect(data.labels).toEqual([3, 3, 3, 3, 0]);
    const target = new Float32Array(SPECTROGRAM_SIZE);
    for (const epoch of [1, 2])
      for (const [i, value] of [10, 11, 12, 13, 40].entries()) {
        data.read(i, target, epoch);
        expect(target.every((x) => x === value)).toBe(true);
      }
  });

  it('has copies beside the segments, and draws none, for a network that settles by them', async () => {
    const options = { seed: 1, augmentation: AUGMENTATION, settlesByCopies: true };
    const data = await trainingData(RECORDINGS, await cacheOf(versions), options);
    const target = new Float32Array(SPECTROGRAM_SIZE);
    for (const epoch of [1, 2, 3, 4])
      for (const [i, value] of [10, 11, 12, 13, 40].entries()) {
        data.read(i, target, epoch);
        expect(target[0]).toBe(value);
      }
    const copied = (copy: number) =>
      data.labels.map((_, i) => (data.copies!.read(i, copy, target) ? target[0] : undefined));
    expect([0, 1].map(copied)).toEqual([
      [20, 20, 21, 21, 60], // the first copy of the other recording is too short for a segment
      [30, 31, 32, 33, undefined],
    ]);
    expect(data.repeated!.count).toBe(5);
  });

  it('come from the recording or any copy of it, each epoch anew, at the same place of it, and the same for the same seed', async () => {
    const cache = await cacheOf(versions);
    const data = await trainingData(RECORDINGS, cache, { seed: 1, augmentation: AUGMENTATION });
    const again = await trainingData(RECORDINGS, cache, { seed: 1, augmentation: AUGMENTATION });
    expect(data.labels).toEqual([3, 3, 3, 3, 0]);
    const target = new Float32Array(SPECTROGRAM_SIZE);
    const seen = data.labels.map(() => new Set<number>());
    for (let epoch = 1; epoch <= 60; epoch++)
      for (const i of data.labels.keys()) {
        data.read(i, target, epoch);
        seen[i]!.add(target[0]!);
        const value = target[0];
        again.read(i, target, epoch);
        expect(target[0]).toBe(value);
      }
    const sorted = seen.map((values) => [...values].sort((x, y) => x - y));
    expect(sorted).toEqual([
      [10, 20, 30],
      [11, 20, 31], // of 4 segments in 2: 0 0 1 1; in 5: 0 1 2 3
      [12, 21, 32],
      [13, 21, 33],
      [40, 60], // the first copy was dropped
    ]);
  });

  it.each([
    ['of recordings as they are', undefined, 5],
    ['of recordings and their copies', AUGMENTATION, 15],
  ] as const)('say which spectrograms come again: %s', async (_, augmentation, count) => {
    const cache = await cacheOf(versions);
    const data = await trainingData(RECORDINGS, cache, { seed: 1, ...(augmentation && { augmentation }) });
    expect(data.repeated!.count).toBe(count);
    const target = new Float32Array(SPECTROGRAM_SIZE);
    const seen = new Map<number, number>();
    for (let epoch = 1; epoch <= 20; epoch++)
      for (const i of data.labels.keys()) {
        const which = data.repeated!.which(i, epoch);
        expect(which).toBeGreaterThanOrEqual(0);
        expect(which).toBeLessThan(count);
        data.read(i, target, epoch);
        expect(target[0]).toBe(seen.get(which) ?? target[0]);
        seen.set(which, target[0]!);
      }
    expect(seen.size).toBeGreaterThan(4);
  });

  it('with random masks none comes again', async () => {
    const augmentation = { ...AUGMENTATION, masks: true };
    const data = await trainingData(RECORDINGS, await cacheOf(versions), { seed: 1, augmentation });
    expect(data.repeated).toBeUndefined();
  });

  it('say which recording has lost its features', async () => {
    const cache = await cacheOf(versions.slice(0, 5));
    await expect(trainingData(RECORDINGS, cache, { seed: 1, augmentation: AUGMENTATION })).rejects.toThrow(
      'the features of b.wav are gone from the cache',
    );
  });
});
