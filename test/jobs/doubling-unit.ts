import { setTimeout } from 'node:timers/promises';
import { AttuneError } from '../../src/errors.ts';
import type { Work } from '../../src/jobs/units.ts';

/** What to do before twice the value is told. */
export interface Doubling {
  readonly value: number;
  readonly wait?: number;
  readonly fail?: true;
}

export const work: Work<Doubling, { readonly twice: number; readonly pid: number }> = async (unit, { tell }) => {
  const { value, wait = 0, fail } = unit;
  tell({ twice: 2 * value, pid: process.pid });
  await setTimeout(wait);
  if (fail) throw new AttuneError('audio', `${value} is no good`);
};
