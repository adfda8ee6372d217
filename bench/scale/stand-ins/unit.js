import { appendFileSync, existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AttuneError } from '../../../dist/errors.js';

// Units that say when they begin, wait, and write twice their value; some fail, or end their process. `journal` is of this machine alone,
// as only tests may have it.

/** @param {{ value: number, journal: string, wait?: number, fail?: string, final?: true, die?: true, size?: number, lacks?: string }} unit */
export async function work({ value, journal, wait = 0, fail, final, die, size = 1, lacks }, { folder, tell }) {
  appendFileSync(journal, `${value}\n`);
  tell({ began: value });
  await sleep(wait);
  const state = join(folder, `${value}.state`);
  const isBegun = existsSync(state);
  if (lacks) await writeFile(state, 'half');
  if (lacks && !existsSync(lacks)) throw new AttuneError('corpus', `${lacks} is gone`);
  if (die) process.kill(process.pid, 'SIGKILL');
  if (final) throw new AttuneError('run', fail, { isFinal: true });
  if (fail) throw new Error(fail);
  await writeFile(join(folder, `${value}.txt`), `${2 * value} `.repeat(size) + (isBegun ? 'begun before' : ''));
}

/** @param {{ unfit?: string, diesLooking?: string }} unit what a machine with this cache lacks; a file that is not there when its first look ends */
export async function ready({ unfit, diesLooking }, { means: { cache } }) {
  if (diesLooking && !existsSync(diesLooking)) {
    appendFileSync(diesLooking, '');
    process.kill(process.pid, 'SIGKILL');
  }
  if (unfit && cache === unfit) throw new Error(`${cache} has another corpus`);
}
