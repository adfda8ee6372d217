import { setTimeout as sleep } from 'node:timers/promises';

/** After so many ms a unit is looked at as if it were new. */
const KNOWN_FOR = 30_000;
/** The first pause, ms. */
const SHORTEST = 100;

/**
 * Pauses of a worker after units that it cannot do. Each unit is passed on at once, so that others get it and soon all have said whether
 * they can; where one comes back, nobody else is free for it, and the worker pauses, longer each time until it can do one.
 *
 * @param longest ms
 */
export function rests(longest: number) {
  const known = new Map<string, number>();
  const ended = new AbortController();
  let pause = SHORTEST;
  return {
    async after(id: string): Promise<void> {
      const now = performance.now();
      for (const [other, at] of known) if (now - at > KNOWN_FOR) known.delete(other);
      const isKnown = known.has(id);
      known.set(id, now);
      if (!isKnown) return;
      const some = pause * (0.5 + Math.random() / 2); // or workers would take the same ones for ever, each its own
      pause = Math.min(2 * pause, longest);
      await sleep(some, undefined, { signal: ended.signal }).catch(() => {});
    },
    /** one was done */
    reset(): void {
      pause = SHORTEST;
    },
    /** nothing pauses any more */
    end(): void {
      ended.abort();
    },
  };
}
