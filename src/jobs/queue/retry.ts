import { setTimeout as sleep } from 'node:timers/promises';
import { AttuneError } from '../../errors.ts';

/** The longest pause between two tries, ms. */
const LONGEST = 10_000;

/** Of Redis: its memory is full, it is still reading its file, it was not there, or it does not know a user that it knew before. */
const PASSING =
  /^(OOM|LOADING|BUSY|MASTERDOWN|READONLY|CLUSTERDOWN|TRYAGAIN|WRONGPASS|NOAUTH)\b|Connection is closed|ECONN|EPIPE|ETIMEDOUT/;

/** What is said of a Redis that has no room. */
export const FULL = 'the memory of Redis is full: give it more (maxmemory); trying again until there is room';

/** Of several commands at one go, why one was refused. */
const reasonOf = (error: unknown): string => {
  const { message, previousErrors } = error as Error & { previousErrors?: readonly Error[] };
  return previousErrors?.[0]?.message ?? message;
};

/** Whether Redis refused for want of room. */
export const isFull = (error: unknown): boolean => reasonOf(error).startsWith('OOM');

/**
 * Does something with Redis again and again, with growing pauses, while that is full or comes back.
 *
 * @param onNote told once what is waited for
 * @param signal aborted, its reason is thrown
 */
export async function persistently<T>(
  work: () => Promise<T>,
  { onNote, signal }: { readonly onNote: (text: string) => void; readonly signal?: AbortSignal | undefined },
): Promise<T> {
  for (let pause = 200; ; pause = Math.min(2 * pause, LONGEST)) {
    signal?.throwIfAborted();
    try {
      return await unlessAborted(work(), signal);
    } catch (error) {
      signal?.throwIfAborted();
      const message = reasonOf(error);
      if (error instanceof AttuneError || !PASSING.test(message)) throw error;
      if (pause === 200) onNote(isFull(error) ? FULL : `Redis cannot be asked (${message}); trying again`);
      await sleep(pause, undefined, { signal }).catch(() => {});
    }
  }
}

/** What is asked of a Redis that is gone is answered when it is back, and nobody who is to stop waits for that. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  work.catch(() => {});
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
  });
  return Promise.race([work, aborted]).finally(() => signal.removeEventListener('abort', abort));
}
