import { setTimeout } from 'node:timers/promises';
import { AttuneError } from '../../src/errors.ts';
import { serveItems } from '../../src/jobs/serve.ts';

/** What to do before the answer, which is `value` times the factor in the settings, and the process that gave it. */
export interface Doubled {
  readonly value: number;
  readonly wait?: number;
  readonly fail?: 'known' | 'unknown' | 'die';
}

serveItems<{ factor: number }, Doubled, { product: number; pid: number }>(async ({ factor }) => {
  if (factor === 0) throw new AttuneError('checkpoint', 'no factor');
  return async ({ value, wait = 0, fail }) => {
    await setTimeout(wait);
    if (fail === 'known') throw new AttuneError('audio', `${value} is no good`);
    if (fail === 'unknown') throw new TypeError('a mistake');
    if (fail === 'die') process.kill(process.pid, 'SIGKILL');
    return { product: value * factor, pid: process.pid };
  };
});
