import type { QueueOptions } from './options.ts';
import { FULL, isFull } from './retry.ts';
import type { Store } from './store.ts';

/** Of the entry of a worker. */
const IGNORED = 'is damaged and ignored: something else than Attune wrote it, or another version';

/** Tells what there is to tell of the workers of a queue, once each. */
export function watchWorkers(store: Store, { version }: QueueOptions, onNote: (text: string) => void) {
  const told = new Set<string>();
  const once = (text: string) => {
    if (!told.has(text)) onNote(text);
    told.add(text);
  };
  let wasFull = false;
  return {
    async look(): Promise<void> {
      const isNowFull = await store.announceQueue(version).then(
        () => false,
        (error) => {
          if (isFull(error)) return true;
          throw error;
        },
      );
      if (isNowFull && !wasFull) onNote(FULL);
      const isOfLate = isNowFull || wasFull;
      wasFull = isNowFull;
      if (isOfLate) return; // workers cannot say that they are there, or could not until now
      const workers = await store.workers((key) => once(`${key} ${IGNORED}`));
      for (const one of workers)
        if (one.version !== version)
          once(`worker ${one.name} is Attune ${one.version}, and this is ${version}: it gets none of these units`);
      if (!workers.some((one) => one.version === version))
        once('no worker is at the queue; start some with attune worker --queue, and the work goes on');
    },
  };
}
