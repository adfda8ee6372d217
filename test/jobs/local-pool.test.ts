import { existsSync } from 'node:fs';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localPool } from '../../src/jobs/local-pool.ts';
import { registerUnits } from '../../src/jobs/units.ts';
import type { Schema } from '../../src/json.ts';
import type { Doubling } from './doubling-unit.ts';

const DOUBLING: Schema<Doubling> = v.object({
  ...{ value: v.number(), wait: v.exactOptional(v.number()), fail: v.exactOptional(v.literal(true)) },
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

const told: { value: number; twice: number; pid: number }[] = [];
const done: number[] = [];
function run(units: readonly Doubling[], processes = 2, signal?: AbortSignal, onTold = () => {}) {
  told.length = 0;
  done.length = 0;
  return localPool(processes).execute({
    ...{ kind, units, signal, folder: '.', shared: [], filesOf: () => ({ left: [] }) },
    means: { corpora: [], cache: '' },
    nameOf: ({ value }) => `unit ${value}`,
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

  it('stops with the first failure, which it names', async () => {
    const units = [{ value: 1, fail: true as const }, { value: 2 }];
    await expect(run(units, 1)).rejects.toMatchObject({ code: 'audio', message: 'unit 1: 1 is no good' });
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
