/** What came of work, or the reason of a signal as soon as it is aborted; the work itself goes on unheard. */
export async function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  return Promise.race([work, aborted]).finally(() => signal.removeEventListener('abort', stop));
}

/** Pages have no `setImmediate`. */
const later = typeof setImmediate === 'function' ? setImmediate : setTimeout;

/** How long work goes on without a turn for timers and events, by which signals are aborted, ms. */
const TURN = 50;

/**
 * The items of a source until a signal is aborted, whose reason is then thrown at once, also where the next item never comes. Timers and
 * events have their turn in between, even where all items are there. The source is let go of.
 */
export async function* untilAborted<T>(source: AsyncIterable<T>, signal: AbortSignal | undefined): AsyncGenerator<T> {
  if (!signal) return yield* source;
  const items = source[Symbol.asyncIterator]();
  let waiting = false;
  let turn = performance.now();
  try {
    for (;;) {
      if (performance.now() - turn > TURN) {
        await new Promise<void>((resolve) => void later(resolve));
        turn = performance.now();
      }
      waiting = true;
      const { done, value } = await abortable(items.next(), signal);
      waiting = false;
      if (done) return;
      yield value;
    }
  } finally {
    const left = items.return?.();
    if (waiting)
      left?.catch(() => {}); // it comes to that when the next item does, which may be never
    else await left;
  }
}

/** An abort of one's own that a signal from outside leads to as well. */
export interface Life {
  readonly signal: AbortSignal;
  /** aborts it, unless it was before */
  end(reason: unknown): void;
  /** the signal from outside leads to nothing any more */
  unlink(): void;
}

export function createLife(outside: AbortSignal | undefined): Life {
  const controller = new AbortController();
  const follow = () => controller.abort(outside!.reason);
  if (outside?.aborted) follow();
  outside?.addEventListener('abort', follow, { once: true });
  return {
    signal: controller.signal,
    end: (reason) => controller.abort(reason),
    unlink: () => outside?.removeEventListener('abort', follow),
  };
}
