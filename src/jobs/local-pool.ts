import { AttuneError } from '../errors.ts';
import { type Execution, type Executor, unitsOf } from './executor.ts';
import { errorOf, failureOf, UnitDied } from './failure.ts';
import { type UnitChild, type UnitProcesses, unitProcesses } from './unit-child.ts';

/**
 * Executes on this machine: each unit in a process of its own, or where its kind says so in one that stays for others, some at a time. A
 * process ends with its parent, and is killed when the signal is aborted.
 *
 * @param places units at a time, 1 or more
 */
export const localPool = (places: number): Executor => ({
  async execute(execution) {
    const { signal, units, onDone, onFailed } = execution;
    const waiting = unitsOf(units);
    const processes = unitProcesses();
    const running = new Set<UnitChild>();
    const place = async () => {
      for (let next = await waiting.next(); !next.done && !stopped; next = await waiting.next()) {
        const unit = next.value;
        try {
          await runUnit(unit, execution, processes, running);
        } catch (error) {
          if (stopped || !(error instanceof AttuneError)) throw error;
          onFailed(unit, error);
          continue;
        }
        await onDone(unit);
      }
    };
    let stopped = false;
    const stop = () => {
      stopped = true;
      for (const child of running) child.kill();
      processes.close();
    };
    signal?.throwIfAborted();
    signal?.addEventListener('abort', stop, { once: true });
    try {
      await Promise.all(Array.from({ length: places }, place));
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
  processes: UnitProcesses,
  running: Set<UnitChild>,
): Promise<void> {
  const asked = { step: 'work', input: unit, folder, means } as const;
  const child = processes.start(kind, asked, (event) => onEvent(unit, event as Event));
  running.add(child);
  await child.done
    .finally(() => running.delete(child))
    .catch((error) => {
      if (error instanceof UnitDied && signal?.aborted) throw signal.reason;
      if (!(error instanceof AttuneError)) throw error;
      const text = `${nameOf(unit)}: ${error.message}`;
      throw error instanceof UnitDied ? new UnitDied(text, error.ender) : errorOf(failureOf(error), text);
    });
}
