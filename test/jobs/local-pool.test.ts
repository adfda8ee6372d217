import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localPool } from '../../src/jobs/local-pool.ts';
import { registerUnits } from '../../src/jobs/units.ts';
import type { Schema } from '../../src/json.ts';
import type { Doubling } from './doubling-unit.ts';

const DOUBLING: Schema<Doubling> = v.object({
  ...{
    value: v.number(),
    wait: v.exactOptional(v.number()),
    fail: v.exactOptional(v.union([v.literal(true), v.literal('final')])),
  },
});
const kind = registerUnits<Doubling, { twice: number; pid: number }>(
  'doubling',
  new URL('./doubling-unit.ts', import.meta.url),
  DOUBLING,
);
const before = process.env.NODE_OPTIONS;
beforeAll(() => {
  process.env.NODE_OPTIONS = '--import tsx'; // units are TypeScript, as they lie here
});
afterAll(() => {
  if (before === undefined) delete process.env.NODE_OPTIONS;
  else process.env.NODE_OPTIONS = before;
});

const shared = { ...kind, stays: true };

const told: { value: number; twice: number; pid: number }[] = [];
const done: number[] = [];
const notes: string[] = [];
function run(
  units: readonly Doubling[],
  places = 2,
  signal?: AbortSignal,
  onTold = () => {},
  its = kind,
  onFailed?: (unit: Doubling) => void,
) {
  notes.length = 0;
  told.length = 0;
  done.length = 0;
  return localPool(places).execute({
    ...{ kind: its, units, signal, folder: '.', shared: [], filesOf: () => ({ left: [] }) },
    means: { corpora: [], cache: '' },
    nameOf: ({ value }) => `unit ${value}`,
    ...(onFailed && { onFailed }),
    onEvent({ value }, event) {
      told.push({ value, ...event });
      onTold();
    },
    onDone: ({ value }) => void done.push(value),
    onNote: (text) => notes.push(text),
  });
}

describe('a pool of processes', () => {
  it('does each unit in a process of its own, and hands on what it tells', async () => {
    await run([{ value: 1 }, { value: 2 }, { value: 3 }]);
    expect(told.map(({ value, twice }) => [value, twice]).sort()).toEqual([
      [1, 2],
      [2, 4],
      [3, 6],
    ]);
    expect(new Set(told.map(({ pid }) => pid)).size).toBe(3);
    expect([...done].sort()).toEqual([1, 2, 3]);
  });

  it('does one unit after another in a process that stays, and ends it with the last', async () => {
    await run([{ value: 1 }, { value: 2 }, { value: 3 }], 1, undefined, undefined, shared);
    expect(told.map(({ value, twice }) => [value, twice])).toEqual([
      [1, 2],
      [2, 4],
      [3, 6],
    ]);
    const [pid, ...others] = new Set(told.map((one) => one.pid));
    expect(others).toEqual([]);
    while (existsSync(`/proc/${pid}`)) await sleep(10);
  });

  it('goes on in another process where one that stays is ended, and where a unit failed', async () => {
    const failed: number[] = [];
    const units = [{ value: 1 }, { value: 2, fail: true as const }, { value: 3, wait: 60_000 }, { value: 4 }];
    const onTold = () => {
      if (told.at(-1)!.value === 3) process.kill(told.at(-1)!.pid, 'SIGKILL');
    };
    await run(units, 1, undefined, onTold, shared, ({ value }) => failed.push(value));
    expect(done).toEqual([1, 4]);
    expect(failed).toEqual([2, 3]);
    const [first, second, third, fourth] = told.map(({ pid }) => pid);
    expect(second).toBe(first);
    expect(new Set([second, third, fourth]).size).toBe(3);
  });

  it('goes on with the others where one fails, and throws what failed when they are done', async () => {
    const [good, bad, worse] = [{ value: 1 }, { value: 2, fail: true as const }, { value: 3, fail: true as const }];
    await expect(run([bad, good], 1)).rejects.toMatchObject({ code: 'audio', message: 'unit 2: 2 is no good' });
    expect(done).toEqual([1]);
    expect(notes).toEqual(['unit 2: 2 is no good; the others go on']);
    await expect(run([good, bad], 1)).rejects.toMatchObject({ code: 'audio', message: 'unit 2: 2 is no good' });
    expect(notes).toEqual([]); // there are none
    await expect(run([bad, worse, good], 1)).rejects.toMatchObject({
      code: 'run',
      message: expect.stringMatching(/^2 of 3 units failed, and the others are done\. Start the same command again/),
      points: ['unit 2: 2 is no good', 'unit 3: 3 is no good'],
    });
    expect(done).toEqual([1]);
  });

  it('says how to go on where the process of one is ended', async () => {
    const end = () => process.kill(told[0]!.pid, 'SIGKILL');
    await expect(run([{ value: 1, wait: 60_000 }], 1, undefined, end)).rejects.toMatchObject({
      code: 'run',
      message:
        'unit 1: its process was ended by SIGKILL, perhaps for want of memory (fewer `jobs` need less). Start the same command again to go on from there.',
    });
  });

  it('stops at once where no other try would mend a failure', async () => {
    const units = [{ value: 1, fail: 'final' as const }, { value: 2 }];
    await expect(run(units, 1)).rejects.toMatchObject({ isFinal: true, message: 'unit 1: 1 is no good' });
    expect(told.map(({ value }) => value)).toEqual([1]);
  });

  it('kills its processes and throws the reason where a signal is aborted, before and meanwhile', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const work = run([{ value: 1, wait: 60_000 }, { value: 2 }], 1, controller.signal, () => controller.abort(reason));
    await expect(work).rejects.toBe(reason);
    expect(told.map(({ value }) => value)).toEqual([1]);
    expect(existsSync(`/proc/${told[0]!.pid}`)).toBe(false);
    await expect(run([{ value: 3 }], 1, controller.signal)).rejects.toBe(reason);
    expect(told).toEqual([]);
  });

  it('refuses two kinds of one name', () => {
    expect(() => registerUnits('doubling', kind.module, DOUBLING)).toThrow('two kinds of units are named doubling');
  });
});
