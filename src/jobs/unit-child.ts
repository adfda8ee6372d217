import { type ChildProcess, fork } from 'node:child_process';
import { endOf, errorOf, type Failure, UnitDied } from './failure.ts';
import type { Means, UnitKind, UnitModule } from './units.ts';

/** What a unit's process is sent: which module does it, what of it, its input, and where. */
export interface ToUnit {
  readonly module: string;
  readonly step: keyof UnitModule<never, never>;
  readonly input: unknown;
  readonly folder: string;
  readonly means: Means;
  /** whether it then waits for another */
  readonly stays: boolean;
}

/** What a unit's process tells its parent. */
export type FromUnit = { readonly event: unknown } | { readonly failure: Failure } | { readonly done: true };

/** A process that does a unit. */
export interface UnitChild {
  /** ends it where it still does the unit */
  kill(): void;
  /** resolves when it is done; AttuneError as the unit failed, without its name, or `run` where the process died */
  readonly done: Promise<void>;
}

/** What a process is asked to do of a unit. */
export type Asked = Omit<ToUnit, 'module' | 'stays'>;

/** Processes that do units, and end with this one. */
export interface UnitProcesses {
  /** Does one unit: in a process of its own, or where units of its kind share processes, in one that has done others. */
  start(
    kind: Pick<UnitKind<never, never>, 'module' | 'stays'>,
    asked: Asked,
    onEvent: (event: unknown) => void,
  ): UnitChild;
  /** ends those that wait for a unit */
  close(): void;
}

/** @param idleMs so long a process waits for another unit before it is ended; absent: until all are closed */
export function unitProcesses(idleMs?: number): UnitProcesses {
  const idle = new Map<ChildProcess, { readonly module: string; readonly timer: NodeJS.Timeout | undefined }>();
  const begin = () => {
    const child = fork(new URL('./unit-process.js', import.meta.url), {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    child.on('error', () => {}); // told by whoever waits for a unit
    child.once('exit', () => idle.delete(child));
    return child;
  };
  const take = (module: string): ChildProcess | undefined => {
    for (const [child, one] of idle) {
      if (one.module !== module || !child.connected) continue;
      clearTimeout(one.timer);
      idle.delete(child);
      return child;
    }
    return undefined;
  };
  const keep = (child: ChildProcess, module: string) => {
    const timer = idleMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), idleMs).unref();
    idle.set(child, { module, timer });
  };
  return {
    start({ module: { href: module }, stays = false }, asked, onEvent) {
      const child = take(module) ?? begin();
      let busy = true;
      const done = new Promise<void>((resolve, reject) => {
        let ended = false;
        const hear = (from: FromUnit) => {
          if ('event' in from) onEvent(from.event);
          else if ('failure' in from) reject(errorOf(from.failure, from.failure.text));
          else if (stays) free(resolve);
          else ended = true;
        };
        const exit = (status: number | null, ender: NodeJS.Signals | null) => {
          busy = false;
          if (ended) resolve();
          else reject(new UnitDied(`its process ${endOf(status, ender)}`, ender));
        };
        const free = (then: () => void) => {
          busy = false;
          child.off('message', hear).off('error', reject).off('exit', exit);
          keep(child, module);
          then();
        };
        child.on('message', hear).on('error', reject).on('exit', exit);
      });
      const message: ToUnit = { ...asked, module, stays };
      child.send(message, () => {}); // where it is gone already, 'exit' tells so
      return {
        kill() {
          if (busy) child.kill('SIGKILL');
        },
        done,
      };
    },
    close() {
      for (const [child, { timer }] of idle) {
        clearTimeout(timer);
        child.kill('SIGKILL');
      }
    },
  };
}
