import type { ChildProcess } from 'node:child_process';
import { AttuneError } from '../errors.ts';
import { type Execution, type Executor, unitsOf } from './executor.ts';
import { errorOf, failureOf, UnitDied } from './failure.ts';
import { startUnit } from './unit-child.ts';

/**
 * Executes on this machine: each unit in a process of its own, some at a time. A process ends with its parent, and is killed when the
 * signal is aborted.
 *
 * @param processes at a time, 1 or more
 */
export const localPool = (processes: number): Executor => ({
  async execute(execution) {
    const { signal, units, onDone } = execution;
    const waiting = unitsOf(units);
    const running = new Set<ChildProcess>();
    const place = async () => {
      for (let next = await waiting.next(); !next.done && !stopped; next = await waiting.next()) {
        const unit = next.value;
        try {
          await runUnit(unit, execution, running);
        } catch (error) {
          if (!execution.onFailed || stopped || !(error instanceof AttuneError)) throw error;
          execution.onFailed(unit, error);
          continue;
        }
        await onDone(unit);
      }
    };
    let stopped = false;
    const stop = () => {
      stopped = true;
      for (const child of running) child.kill('SIGKILL');
    };
    signal?.throwIfAborted();
    signal?.addEventListener('abort', stop, { once: true });
    try {
      await Promise.all(Array.from({ length: processes }, place));
      signal?.throwIfAborted();
    } finally {
      signal?.removeEventListener('abort', stop);
      stop();
    }
  },
});

async function runUnit<Input, Event>(
  unit: Input,
  { kind, nameOf, onEvent, signal, folder, means }: Execution<Input, Event>,
  running: Set<ChildProcess>,
): Promise<void> {
  const message = { module: kind.module.href, step: 'work', input: unit, folder, means } as const;
  const { process: child, done } = startUnit(message, (event) => onEvent(unit, event as Event));
  running.add(child);
  child.once('exit', () => running.delete(child));
  await done.catch((error) => {
    if (error instanceof UnitDied) {
      if (signal?.aborted) throw signal.reason;
      const less = error.ender ? ' (fewer `jobs` need less)' : '';
      throw named(error, `${nameOf(unit)}: ${error.message}${less}. Start the same command again to go on from there.`);
    }
    throw error instanceof AttuneError ? named(error, `${nameOf(unit)}: ${error.message}`) : error;
  });
}

/** An error that says what failed. */
const named = (error: AttuneError, text: string): AttuneError => errorOf(failureOf(error), text);
