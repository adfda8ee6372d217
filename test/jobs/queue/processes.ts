import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll } from 'vitest';
import type { QueueOptions, WorkerOptions } from '../../../src/jobs/queue/options.ts';

/** A unit of `slow-unit.js`. */
export interface Slow {
  readonly value: number;
  /** a file in which it says that it begins */
  readonly journal: string;
  /** ms */
  readonly wait?: number;
  readonly fail?: string;
  /** it fails like that again, wherever */
  readonly final?: true;
  readonly die?: true;
  /** how often what it writes is written */
  readonly size?: number;
  /** the cache of a machine that cannot do it */
  readonly unfit?: string;
}

/** A process and what it said. */
export interface Spoken {
  readonly child: ChildProcess;
  said(): string;
  /** waits until it said something that fits; an error where it ends before */
  until(what: RegExp): Promise<void>;
  /** its exit status */
  readonly ended: Promise<number | null>;
}

/** A lock that is long enough on a machine that does much else; tests of locks that expire have a {@link SHORT} one. */
const HASTE = { lockMs: 20_000, stalledMs: 200, heartbeatMs: 500, declineMs: 100, places: 1 };
export const SHORT = { lockMs: 700 };

/** Options of a coordinator that waits for nothing long. */
export const hasty = (url: string, version: string): QueueOptions => ({
  ...{ url, version, site: { processor: 'that of this test' }, lookMs: 50, pauseMs: 50 },
});

const children: ChildProcess[] = [];
/** Ends all that are still there when the tests of a file are done. */
export const dismissAll = () => afterAll(() => void children.splice(0).map((child) => child.kill('SIGKILL')));

/** A worker in a process of its own. */
export const hire = (
  url: string,
  version: string,
  own: Partial<WorkerOptions> = {},
  cache = '',
  flags: string[] = [],
) =>
  speaking([
    ...[...flags, 'test/jobs/queue/worker.js', JSON.stringify({ ...hasty(url, version), ...HASTE, ...own })],
    JSON.stringify({ corpora: [], cache }),
  ]);

/** A coordinator in a process of its own. */
export const coordinate = (options: QueueOptions, folder: string, units: readonly Slow[]) =>
  speaking(['test/jobs/queue/coordinator.js', JSON.stringify(options), folder, JSON.stringify(units)]);

function speaking(args: readonly string[]): Spoken {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (more) => {
    text += more;
  });
  const ended = new Promise<number | null>((done) => child.once('close', done));
  return {
    ...{ child, ended, said: () => text },
    async until(what) {
      while (!what.test(text)) {
        if (child.exitCode !== null) throw new Error(`it ended before it said ${what}: ${text}`);
        await sleep(10);
      }
    },
  };
}

/** How often each unit began, by its value. */
export function begun(folder: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of readFileSync(join(folder, 'journal'), 'utf8').trim().split('\n'))
    counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}
