import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AttuneError } from '../../src/errors.ts';
import { endWork } from '../../src/jobs/failures.ts';
import { localPool } from '../../src/jobs/local-pool.ts';
import { registerUnits } from '../../src/jobs/units.ts';
import type { Schema } from '../../src/json.ts';
import type { Doubling } from './doubling-unit.ts';

const DOUBLING: Schema<Doubling> = v.object({
  ...{
    value: v.number(),
    wait: v.exactOptional(v.number()),
    fail: v.exactOptional(v.literal(true)),
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
function run(
  units: readonly Doubling[],
  places = 2,
  signal?: AbortSignal,
  onTold = () => {},
  its = kind,
  onFailed: (unit: Doubling, error: AttuneError) => void = endWork,
) {
  told.length = 0;
  done.length = 0;
  return localPool(places).execute({
    ...{ kind: its, units, signal, folder: '.', shared: [], filesOf: () => ({ left: [] }) },
    means: { corpora: [], cache: '' },
    nameOf: ({ value }) => `unit ${value}`,
    onFailed,
    onEvent({ value }, event) {
      told.push({ value, ...event });
      onTold();
    },
    onDone: ({ value }) => void done.push(value),
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

  it('goes on with the others where one fails, but where whoever is told throws', async () => {
    const units = [{ value: 1, fail: true as const }, { value: 2 }];
    const failed: string[] = [];
    await run(units, 1, undefined, undefined, kind, (_, { code, message }) => failed.push(`${code} ${message}`));
    expect(failed).toEqual(['audio unit 1: 1 is no good']);
    expect(done).toEqual([2]);
    await expect(run(units, 1)).rejects.toMatchObject({ code: 'audio', message: 'unit 1: 1 is no good' });
    expect(told.map(({ value }) => value)).toEqual([1]);
  });

  it('says of a process that was ended by what', async () => {
    const end = () => process.kill(told[0]!.pid, 'SIGKILL');
    await expect(run([{ value: 1, wait: 60_000 }], 1, undefined, end)).rejects.toMatchObject({
      ...{ code: 'run', ender: 'SIGKILL' },
      message: 'unit 1: its process was ended by SIGKILL, perhaps for want of memory',
    });
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
