import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openCache } from '../../src/features/cache.ts';
import { DEFAULT_FRONT_END, type SpectrogramFrontEnd } from '../../src/features/front-end.ts';
import { SPECTROGRAM_SIZE } from '../../src/features/spectrogram.ts';

const HASH = 'ab'.repeat(32);
const OTHER_HASH = 'cd'.repeat(32);

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'attune-cache-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

/** Spectrograms of n segments; each segment is full of its own number. */
const spectrograms = (n: number) =>
  Float32Array.from({ length: n * SPECTROGRAM_SIZE }, (_, i) => Math.floor(i / SPECTROGRAM_SIZE) + 1);

/** Bytes of a segment's spectrogram. */
const BYTES = 4 * 400 * 200;

const flipped = (at: number) => (bytes: Buffer) => {
  bytes[at]! ^= 4;
  return bytes;
};

const exchanged = (bytes: Buffer) => {
  const [first, second] = [8, 8 + BYTES + 4].map((at) => bytes.subarray(at, at + BYTES + 4));
  return Buffer.concat([bytes.subarray(0, 8), second!, first!]);
};

/** The one file that lies under a folder. */
async function onlyFile(directory: string): Promise<string> {
  const files = (await readdir(directory, { recursive: true })).filter((name) => name.endsWith('.f32'));
  expect(files).toHaveLength(1);
  return join(directory, files[0]!);
}

describe('the cache of spectrograms', () => {
  it('has what was written, segment by segment, also when it is opened again', async () => {
    const directory = join(await folder(), 'made', 'where', 'missing');
    const first = await openCache(directory, DEFAULT_FRONT_END);
    expect(await first.count(HASH)).toBeUndefined();
    await first.write(HASH, spectrograms(3));

    const cache = await openCache(directory, DEFAULT_FRONT_END);
    expect(await cache.count(HASH)).toBe(3);
    expect(await cache.count(OTHER_HASH)).toBeUndefined();
    const target = new Float32Array(SPECTROGRAM_SIZE);
    for (const segment of [2, 0, 1]) {
      cache.read(HASH, segment, target);
      expect(target.every((value) => value === segment + 1)).toBe(true);
    }
  });

  it('reads into a part of a batch and writes a part of a buffer', async () => {
    const cache = await openCache(await folder(), DEFAULT_FRONT_END);
    await cache.write(HASH, spectrograms(3).subarray(SPECTROGRAM_SIZE, 2 * SPECTROGRAM_SIZE));
    expect(await cache.count(HASH)).toBe(1);
    const batch = new Float32Array(3 * SPECTROGRAM_SIZE);
    cache.read(HASH, 0, batch.subarray(SPECTROGRAM_SIZE, 2 * SPECTROGRAM_SIZE));
    expect([0, 1, 2].map((i) => batch[i * SPECTROGRAM_SIZE])).toEqual([0, 2, 0]);
    expect([1, 2, 3].map((i) => batch[i * SPECTROGRAM_SIZE - 1])).toEqual([0, 2, 0]);
  });

  it('remembers that an utterance gave no segments', async () => {
    const cache = await openCache(await folder(), DEFAULT_FRONT_END);
    await cache.write(HASH, new Float32Array(0));
    expect(await cache.count(HASH)).toBe(0);
    expect(await cache.check(HASH)).toBe(0);
  });

  it('keeps float32 as it is in memory, between a head and a checksum', async () => {
    const directory = await folder();
    const values = new Float32Array(SPECTROGRAM_SIZE).fill(-0.1);
    await (await openCache(directory, DEFAULT_FRONT_END)).write(HASH, values);
    const bytes = await readFile(await onlyFile(directory));
    expect(bytes).toHaveLength(8 + BYTES + 4);
    expect(bytes.readUInt32LE()).toBe(1);
    expect(bytes.subarray(8, -4).equals(Buffer.from(values.buffer))).toBe(true);
  });

  it.each<[string, Partial<SpectrogramFrontEnd>, found: number | undefined]>([
    ['scaling', { scaling: 'minmax' }, undefined],
    ['what becomes of short utterances', { shortUtterances: 'drop' }, undefined],
    ['training hop', { trainHopSeconds: 0.5 }, undefined],
    ['mean, where it is left in to train', { offset: 'keep' }, undefined],
    ['test hop, which it does not hold', { testHopSeconds: 0.5 }, 1],
  ])('keeps features apart by the %s', async (_, change, found) => {
    const directory = await folder();
    await (await openCache(directory, DEFAULT_FRONT_END)).write(HASH, spectrograms(1));
    expect(await (await openCache(directory, { ...DEFAULT_FRONT_END, ...change })).count(HASH)).toBe(found);
  });

  it('shares features between what leaves the mean in to train, whatever it does in use', async () => {
    const directory = await folder();
    const [kept, inUse] = (['keep', 'remove-in-use'] as const).map((offset) => ({ ...DEFAULT_FRONT_END, offset }));
    await (await openCache(directory, kept!)).write(HASH, spectrograms(1));
    expect(await (await openCache(directory, inUse!)).count(HASH)).toBe(1);
  });

  /** What may become of a file of two segments of features; whether its head tells, and whether its first segment does. */
  const damages: [what: string, damage: (bytes: Buffer) => Buffer, headTells: boolean, firstTells: boolean][] = [
    ['a flipped bit of a number', flipped(8 + BYTES + 4 + 1000), false, false],
    ['a flipped bit of a checksum', flipped(8 + BYTES), false, true],
    ['a flipped bit of the count', flipped(0), true, false],
    ["a flipped bit of the count's checksum", flipped(7), true, false],
    ['its last byte gone', (bytes) => bytes.subarray(0, -1), true, false],
    ['its last segment gone', (bytes) => bytes.subarray(0, 8 + BYTES + 4), true, false],
    ['nothing left', () => Buffer.alloc(0), true, true],
    ['zeros alone', (bytes) => Buffer.alloc(bytes.length), true, true],
    ['zeros from the middle on', (bytes) => bytes.fill(0, bytes.length / 2), false, true],
    ['a byte more', (bytes) => Buffer.concat([bytes, Buffer.alloc(1)]), true, false],
    ['its segments exchanged', exchanged, false, true],
  ];
  it.each(damages)('knows a file with %s', async (_, damage, headTells, firstTells) => {
    const directory = await folder();
    const cache = await openCache(directory, DEFAULT_FRONT_END);
    const target = new Float32Array(SPECTROGRAM_SIZE);
    await cache.write(HASH, spectrograms(2));
    expect(await cache.check(HASH)).toBe(2);
    const file = await onlyFile(directory);
    await writeFile(file, damage(await readFile(file)));
    expect(await cache.check(HASH)).toBeUndefined();
    expect(await cache.count(HASH)).toBe(headTells ? undefined : 2);
    const first = () => cache.read(HASH, 0, target);
    if (!firstTells) first();
    else {
      expect(first).toThrow(expect.objectContaining({ name: 'AttuneError', code: 'run' }));
      expect(first).toThrow(`the features in ${file} are damaged; start the same command again, it makes them anew`);
    }
    await cache.write(HASH, spectrograms(2));
    expect(await cache.check(HASH)).toBe(2);
  });

  it('says which file is missing', async () => {
    const cache = await openCache(await folder(), DEFAULT_FRONT_END);
    const read = () => cache.read(HASH, 0, new Float32Array(SPECTROGRAM_SIZE));
    expect(read).toThrow(expect.objectContaining({ name: 'AttuneError', code: 'run' }));
    expect(read).toThrow(/cannot be read \(ENOENT\); start the same command again/);
  });

  it('says which folder cannot be made', async () => {
    const file = join(await folder(), 'a file');
    await writeFile(file, '');
    const opening = openCache(file, DEFAULT_FRONT_END);
    await expect(opening).rejects.toMatchObject({ name: 'AttuneError', code: 'run' });
    await expect(opening).rejects.toThrow(`the folder for features, ${file}, cannot be made`);
  });
});
