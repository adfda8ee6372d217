import { constants } from 'node:os';

/** What asks a process to end: Ctrl-C, `kill`, a terminal that was closed. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Why work was stopped: by a signal of the system. */
export class Interruption extends Error {
  override readonly name = 'Interruption';
  /** as a shell has it: 128 and the signal's number */
  readonly status: number;

  constructor(signal: (typeof SIGNALS)[number]) {
    super('stopped; what is done is kept, and the same command goes on from there');
    this.status = 128 + constants.signals[signal];
  }
}

/**
 * Has the first signal of the system stop work between two steps, and a second one end the process at once.
 *
 * @returns the signal to give to the work; its reason is an {@link Interruption}
 */
export function onInterruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of SIGNALS)
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit((controller.signal.reason as Interruption).status);
      controller.abort(new Interruption(signal));
    });
  return controller.signal;
}
