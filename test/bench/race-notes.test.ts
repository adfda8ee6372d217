import { readdir } from 'node:fs/promises';
import { afterAll, expect, it, vi } from 'vitest';
import { openNotes } from '../../bench/race/notes.ts';
import { temporaryFolder } from '../cli/attune.ts';

const SETTINGS = { commit: 'abc', pairs: 5 };
const open = (folder: string | undefined, settings = SETTINGS, fresh = false) =>
  openNotes(folder, settings, { fresh, inAll: 3 });
const tell = (value: number) => `${value}`;

vi.spyOn(process.stderr, 'write').mockReturnValue(true);
afterAll(() => vi.restoreAllMocks());

it('a race goes on from what is written down', async () => {
  const folder = await temporaryFolder();
  const notes = await open(folder);
  await notes.once('first', async () => 1, tell);
  await expect(notes.once('second', () => Promise.reject(new Error('stopped')), tell)).rejects.toThrow('stopped');

  const again = await open(folder);
  const measure = vi.fn(async () => 2);
  expect(await again.once('first', measure, tell)).toBe(1);
  expect(measure).not.toHaveBeenCalled();
  expect(await again.once('second', measure, tell)).toBe(2);
});

it('tries again what failed, and nothing else', async () => {
  const folder = await temporaryFolder();
  const notes = await open(folder);
  const timing = { seconds: [1], peakRssMb: 1 };
  const told = () => '';
  await notes.once('broken', async () => ({ infer1: timing, train: { failed: 'ModuleNotFoundError' } }), told);
  await notes.once('whole', async () => ({ infer1: timing }), told);
  await notes.once('lap', async () => ({ segmentsPerSecond: 2, peakRssMb: 1 }), told);

  const again = await open(folder);
  const measure = vi.fn(async () => ({ infer1: timing, train: timing }));
  expect(await again.once('broken', measure, told)).toEqual({ infer1: timing, train: timing });
  for (const name of ['whole', 'lap']) await again.once(name, measure, told);
  expect(measure).toHaveBeenCalledTimes(1);
});

it('refuses other settings by name, unless it is to start over', async () => {
  const folder = await temporaryFolder();
  await (await open(folder)).once('first', async () => 1, tell);
  await expect(open(folder, { commit: 'def', pairs: 5 })).rejects.toThrow(
    `${folder} holds an unfinished race under other settings: commit was "abc", is "def"; go back to those, or give --fresh to start over`,
  );
  const fresh = await open(folder, { commit: 'def', pairs: 5 }, true);
  expect(await fresh.once('first', async () => 7, tell)).toBe(7);
});

it('leaves nothing when the race is over, and needs no folder', async () => {
  const folder = await temporaryFolder();
  const notes = await open(folder);
  await notes.once('first', async () => 1, tell);
  await notes.finish();
  expect(await readdir(folder)).toEqual([]);
  const inMemory = await open(undefined);
  expect(await inMemory.once('first', async () => 3, tell)).toBe(3);
  expect(await inMemory.once('first', async () => 4, tell)).toBe(3);
});
