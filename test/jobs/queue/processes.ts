import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { type Spoken, type StandInUnit, startCoordinator, startWorker } from '../../../bench/scale/processes.ts';
import type { QueueOptions, WorkerOptions } from '../../../src/jobs/queue/options.ts';

/** A lock that is long enough on a machine that does much else; tests of locks that expire have a {@link SHORT} one. */
const HASTE = { lockMs: 20_000, stalledMs: 200, heartbeatMs: 500, declineMs: 100, places: 1 };
export const SHORT = { lockMs: 700 };

/** Options of a coordinator that waits for nothing long. */
export const hasty = (url: string, version: string): QueueOptions => ({
  ...{ url, version, site: { processor: 'that of this test' }, lookMs: 50, pauseMs: 50 },
});

const started: Spoken[] = [];
const remembered = (one: Spoken): Spoken => {
  started.push(one);
  return one;
};
/** Ends all that are still there when the tests of a file are done. */
export const dismissAll = () => afterAll(() => void started.splice(0).map(({ child }) => child.kill('SIGKILL')));

/** A worker in a process of its own. */
export const hire = (
  url: string,
  version: string,
  own: Partial<WorkerOptions> = {},
  cache = '',
  flags: string[] = [],
  env: Record<string, string> = {},
): Spoken => remembered(startWorker({ ...hasty(url, version), ...HASTE, ...own }, cache, flags, env));

/** A coordinator in a process of its own. */
export const coordinate = (
  options: QueueOptions,
  folder: string,
  units: readonly StandInUnit[],
  env: Record<string, string> = {},
): Spoken => remembered(startCoordinator(options, folder, units, env));

/** How often each unit began, by its value. */
export function begun(folder: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of readFileSync(join(folder, 'journal'), 'utf8').trim().split('\n'))
    counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}
