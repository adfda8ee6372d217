import { type ChildProcess, fork } from 'node:child_process';
import { AttuneError } from '../errors.ts';
import { endOf, errorOf, type Failure } from './failure.ts';

/** What a unit's process tells its parent. */
export type FromUnit<Message> = { readonly message: Message } | { readonly failure: Failure } | { readonly done: true };

export interface PoolOptions<Unit, Message> {
  /** the script that each process runs; it calls `serveUnit` */
  readonly entry: URL;
  readonly units: readonly Unit[];
  /** how many run at a time */
  readonly processes: number;
  /** names a unit in errors */
  readonly nameOf: (unit: Unit) => string;
  readonly onMessage: (unit: Unit, message: Message) => void;
  /** called when a unit has ended well, and awaited before its place is taken by another */
  readonly onDone: (unit: Unit) => Promise<void> | void;
}

/**
 * Runs units of work, each in a process of its own, some at a time. A process ends with its parent.
 *
 * @throws AttuneError the first failure of a unit, after the others were stopped; `run` where a process was killed
 */
export async function runInProcesses<Unit, Message>(options: PoolOptions<Unit, Message>): Promise<void> {
  const waiting = [...options.units];
  const running = new Set<ChildProcess>();
  const place = async () => {
    for (let unit = waiting.shift(); unit !== undefined; unit = waiting.shift()) {
      await runUnit(unit, options, running);
      await options.onDone(unit);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(options.processes, waiting.length) }, place));
  } finally {
    waiting.length = 0;
    for (const child of running) child.kill('SIGKILL');
  }
}

function runUnit<Unit, Message>(
  unit: Unit,
  { entry, nameOf, onMessage }: PoolOptions<Unit, Message>,
  running: Set<ChildProcess>,
): Promise<void> {
  const child = fork(entry, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], serialization: 'advanced' });
  running.add(child);
  return new Promise<void>((resolve, reject) => {
    let ended = false;
    child.on('message', (from: FromUnit<Message>) => {
      if ('message' in from) onMessage(unit, from.message);
      else if ('done' in from) ended = true;
      else reject(errorOf(from.failure, `${nameOf(unit)}: ${from.failure.text}`));
    });
    child.on('error', reject);
    child.on('exit', (status, signal) => {
      running.delete(child);
      if (ended) return resolve();
      const less = signal ? ' (fewer --jobs need less)' : '';
      reject(
        new AttuneError(
          'run',
          `${nameOf(unit)}: its process ${endOf(status, signal)}${less}. Start the same command again to go on from there.`,
        ),
      );
    });
    child.send(unit as object, () => {}); // where it is gone already, 'exit' tells so
  });
}
