import { setTimeout as sleep } from 'node:timers/promises';
import { AttuneError } from '../../errors.ts';

/** The longest pause between two tries, ms. */
const LONGEST = 10_000;

/** Of Redis: its memory is full, it is still reading its file, or it was not there. */
const PASSING =
  /^(OOM|LOADING|BUSY|MASTERDOWN|READONLY|CLUSTERDOWN|TRYAGAIN)\b|Connection is closed|ECONN|EPIPE|ETIMEDOUT/;

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
      return await work();
    } catch (error) {
      const { message } = error as Error;
      if (error instanceof AttuneError || !PASSING.test(message)) throw error;
      if (pause === 200)
        onNote(
          message.startsWith('OOM')
            ? 'the memory of Redis is full: give it more (maxmemory); trying again until there is room'
            : `Redis cannot be asked (${message}); trying again`,
        );
      await sleep(pause, undefined, { signal }).catch(() => {});
    }
  }
}
