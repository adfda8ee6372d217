import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openCache } from '../../src/features/cache.ts';
import { SPECTROGRAM_SIZE } from '../../src/features/extractor.ts';
import { DEFAULT_FRONT_END, type FrontEnd } from '../../src/features/front-end.ts';

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
  });

  it('keeps float32 as it is in memory', async () => {
    const directory = await folder();
    const values = new Float32Array(SPECTROGRAM_SIZE).fill(-0.1);
    await (await openCache(directory, DEFAULT_FRONT_END)).write(HASH, values);
    expect((await readFile(await onlyFile(directory))).equals(Buffer.from(values.buffer))).toBe(true);
  });

  it.each<[string, Partial<FrontEnd>, found: number | undefined]>([
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

  it('finds what versions kept that left the mean in', async () => {
    const directory = await folder();
    // the name by hand: sha256sum of '{"FRONT_END_VERSION":1,"scaling":"peak","shortUtterances":"pad","trainHopSeconds":1}'
    const file = join(directory, '50639493b1d2d39a', `${HASH}.f32`);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, new Uint8Array(spectrograms(1).buffer));
    for (const offset of ['keep', 'remove-in-use'] as const)
      expect(await (await openCache(directory, { ...DEFAULT_FRONT_END, offset })).count(HASH), offset).toBe(1);
  });

  it('does not count a file that holds no whole number of segments', async () => {
    const directory = await folder();
    const cache = await openCache(directory, DEFAULT_FRONT_END);
    await cache.write(HASH, spectrograms(2));
    await truncate(await onlyFile(directory), 2 * 4 * SPECTROGRAM_SIZE - 1);
    expect(await cache.count(HASH)).toBeUndefined();
  });

  it('says which file is cut short, and what to do', async () => {
    const directory = await folder();
    const cache = await openCache(directory, DEFAULT_FRONT_END);
    await cache.write(HASH, spectrograms(2));
    const file = await onlyFile(directory);
    await truncate(file, 1.5 * 4 * SPECTROGRAM_SIZE);
    const target = new Float32Array(SPECTROGRAM_SIZE);
    cache.read(HASH, 0, target);
    const read = () => cache.read(HASH, 1, target);
    expect(read).toThrow(expect.objectContaining({ name: 'AttuneError', code: 'run' }));
    expect(read).toThrow(`${file} is cut short; delete it and start again`);
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
