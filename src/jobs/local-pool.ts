import { type ChildProcess, fork } from 'node:child_process';
import { AttuneError } from '../errors.ts';
import type { Execution, Executor } from './executor.ts';
import { endOf, errorOf, type Failure } from './failure.ts';
import type { Means, UnitModule } from './units.ts';

/** What a unit's process is sent: which module does it, its input, and where. */
export interface ToUnit {
  readonly module: string;
  readonly step: keyof UnitModule<never, never>;
  readonly input: unknown;
  readonly folder: string;
  readonly means: Means;
}

/** What a unit's process tells its parent. */
export type FromUnit = { readonly event: unknown } | { readonly failure: Failure } | { readonly done: true };

/**
 * Executes on this machine: each unit in a process of its own, some at a time. A process ends with its parent, and is killed when the
 * signal is aborted.
 *
 * @param processes at a time, 1 or more
 */
export const localPool = (processes: number): Executor => ({
  async execute(execution) {
    const { signal, units, onDone } = execution;
    const waiting = [...units];
    const running = new Set<ChildProcess>();
    const place = async () => {
      for (let unit = waiting.shift(); unit !== undefined; unit = waiting.shift()) {
        await runUnit(unit, execution, running);
        await onDone(unit);
      }
    };
    const stop = () => {
      for (const child of running) child.kill('SIGKILL');
    };
    signal?.throwIfAborted();
    signal?.addEventListener('abort', stop, { once: true });
    try {
      await Promise.all(Array.from({ length: Math.min(processes, waiting.length) }, place));
    } finally {
      signal?.removeEventListener('abort', stop);
      waiting.length = 0;
      stop();
    }
  },
});

function runUnit<Input, Event>(
  unit: Input,
  { kind, nameOf, onEvent, signal, folder, means }: Execution<Input, Event>,
  running: Set<ChildProcess>,
): Promise<void> {
  const child = fork(new URL('./unit-process.js', import.meta.url), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  running.add(child);
  return new Promise<void>((resolve, reject) => {
    let ended = false;
    child.on('message', (from: FromUnit) => {
      if ('event' in from) onEvent(unit, from.event as Event);
      else if ('done' in from) ended = true;
      else reject(errorOf(from.failure, `${nameOf(unit)}: ${from.failure.text}`));
    });
    child.on('error', reject);
    child.on('exit', (status, ender) => {
      running.delete(child);
      if (ended) return resolve();
      if (signal?.aborted) return reject(signal.reason);
      const less = ender ? ' (fewer `jobs` need less)' : '';
      reject(
        new AttuneError(
          'run',
          `${nameOf(unit)}: its process ${endOf(status, ender)}${less}. Start the same command again to go on from there.`,
        ),
      );
    });
    const message: ToUnit = { module: kind.module.href, step: 'work', input: unit, folder, means };
    child.send(message, () => {}); // where it is gone already, 'exit' tells so
  });
}
