import type { QueueOptions } from './options.ts';
import type { Store } from './store.ts';

/** Tells what there is to tell of the workers of a queue, once each. */
export function watchWorkers(store: Store, { version }: QueueOptions, onNote: (text: string) => void) {
  const told = new Set<string>();
  const once = (text: string) => {
    if (!told.has(text)) onNote(text);
    told.add(text);
  };
  return {
    async look(): Promise<void> {
      const workers = await store.workers();
      for (const one of workers)
        if (one.version !== version)
          once(`worker ${one.name} is Attune ${one.version}, and this is ${version}: it gets none of these units`);
      if (!workers.some((one) => one.version === version))
        once('no worker is at the queue; start some with attune worker --queue, and the work goes on');
    },
  };
}
