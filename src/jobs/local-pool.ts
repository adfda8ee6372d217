import { AttuneError } from '../errors.ts';
import { type Execution, type Executor, unitsOf } from './executor.ts';
import { errorOf, failureOf, throwAll, UnitDied } from './failure.ts';
import { type UnitChild, type UnitProcesses, unitProcesses } from './unit-child.ts';

/**
 * Executes on this machine: each unit in a process of its own, or where its kind says so in one that stays for others, some at a time. A
 * process ends with its parent, and is killed when the signal is aborted. The rest goes on where a unit fails; what failed is thrown in the
 * end.
 *
 * @param places units at a time, 1 or more
 */
export const localPool = (places: number): Executor => ({
  async execute(execution) {
    const { signal, units, onDone, onFailed, onNote } = execution;
    const waiting = unitsOf(units);
    const processes = unitProcesses();
    const running = new Set<UnitChild>();
    const failures: AttuneError[] = [];
    let begun = 0;
    const areOthers = () => running.size > 0 || !Array.isArray(units) || begun < units.length;
    const place = async () => {
      for (let next = await waiting.next(); !next.done && !stopped; next = await waiting.next()) {
        const unit = next.value;
        begun++;
        try {
          await runUnit(unit, execution, processes, running);
        } catch (error) {
          if (stopped || !(error instanceof AttuneError) || (error.isFinal && !onFailed)) throw error;
          if (onFailed) onFailed(unit, error);
          else {
            failures.push(error);
            if (areOthers()) onNote?.(`${error.message}; the others go on`);
          }
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
      if (failures.length === 1 && failures[0] instanceof UnitDied)
        throw named(failures[0], `${failures[0].message}. Start the same command again to go on from there.`);
      throwAll(failures, begun);
    } finally {
      signal?.removeEventListener('abort', stop);
      stop();
    }
  },
});

async function runUnit<Input, Event>(
  unit: Input,
  { kind, nameOf, onEvent, onFailed, signal, folder, means }: Execution<Input, Event>,
  processes: UnitProcesses,
  running: Set<UnitChild>,
): Promise<void> {
  const asked = { step: 'work', input: unit, folder, means } as const;
  const child = processes.start(kind, asked, (event) => onEvent(unit, event as Event));
  running.add(child);
  await child.done
    .finally(() => running.delete(child))
    .catch((error) => {
      if (error instanceof UnitDied) {
        if (signal?.aborted) throw signal.reason;
        const remedy = error.ender && !onFailed ? ' (fewer `jobs` need less)' : '';
        throw named(error, `${nameOf(unit)}: ${error.message}${remedy}`);
      }
      throw error instanceof AttuneError ? named(error, `${nameOf(unit)}: ${error.message}`) : error;
    });
}

/** An error that says what failed. */
const named = (error: AttuneError, text: string): AttuneError => errorOf(failureOf(error), text);
