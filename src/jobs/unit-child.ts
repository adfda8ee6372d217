import { type ChildProcess, fork } from 'node:child_process';
import { endOf, errorOf, type Failure, UnitDied } from './failure.ts';
import type { Means, UnitModule } from './units.ts';

/** What a unit's process is sent: which module does it, what of it, its input, and where. */
export interface ToUnit {
  readonly module: string;
  readonly step: keyof UnitModule<never, never>;
  readonly input: unknown;
  readonly folder: string;
  readonly means: Means;
}

/** What a unit's process tells its parent. */
export type FromUnit = { readonly event: unknown } | { readonly failure: Failure } | { readonly done: true };

/** A process that does a unit. */
export interface UnitChild {
  readonly process: ChildProcess;
  /** resolves when it is done; AttuneError as the unit failed, without its name, or `run` where the process died */
  readonly done: Promise<void>;
}

/** Does one unit in a process of its own, which ends with this one. */
export function startUnit(message: ToUnit, onEvent: (event: unknown) => void): UnitChild {
  const child = fork(new URL('./unit-process.js', import.meta.url), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const done = new Promise<void>((resolve, reject) => {
    let ended = false;
    child.on('message', (from: FromUnit) => {
      if ('event' in from) onEvent(from.event);
      else if ('done' in from) ended = true;
      else reject(errorOf(from.failure, from.failure.text));
    });
    child.on('error', reject);
    child.on('exit', (status, ender) => {
      if (ended) resolve();
      else reject(new UnitDied(`its process ${endOf(status, ender)}`, ender));
    });
  });
  child.send(message, () => {}); // where it is gone already, 'exit' tells so
  return { process: child, done };
}
