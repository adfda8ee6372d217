import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { QueueOptions, WorkerOptions } from '../../src/jobs/queue/options.ts';
import { registerUnits } from '../../src/jobs/units.ts';
import { anything, type Schema } from '../../src/json.ts';

/** A unit of `stand-ins/unit.js`. */
export interface StandInUnit {
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
  /** a file without which it gets to a state, `VALUE.state`, and no further, as where a recording is gone */
  readonly lacks?: string;
  /** the cache of a machine that cannot do it */
  readonly unfit?: string;
  /** a file that is not there yet, which the process leaves that looks whether a machine can do it, and ends */
  readonly diesLooking?: string;
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

/** Units that stand in for others, in this process. */
export const STAND_IN = registerUnits<StandInUnit, { began: number }>(
  'slow',
  new URL('./stand-ins/unit.js', import.meta.url),
  anything as Schema<unknown> as Schema<StandInUnit>, // of tests alone
);

const script = (name: string) => fileURLToPath(new URL(`./stand-ins/${name}.js`, import.meta.url));

/** A worker of stand-in units in a process of its own, as Attune is built. */
export const startWorker = (
  options: WorkerOptions,
  cache: string,
  flags: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Spoken =>
  speaking([...flags, script('worker'), JSON.stringify(options), JSON.stringify({ corpora: [], cache })], env);

/** A coordinator of stand-in units in a process of its own. */
export const startCoordinator = (
  options: QueueOptions,
  folder: string,
  units: readonly StandInUnit[],
  env: Readonly<Record<string, string>> = {},
): Spoken => speaking([script('coordinator'), JSON.stringify(options), folder, JSON.stringify(units)], env);

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** It ends with this process. */
function speaking(args: readonly string[], env: Readonly<Record<string, string>> = {}): Spoken {
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  running.add(child);
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (more) => {
    text += more;
  });
  const ended = new Promise<number | null>((done) =>
    child.once('close', (status) => {
      running.delete(child);
      done(status);
    }),
  );
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
