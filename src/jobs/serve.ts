import type { FromWorker } from './crew.ts';
import { failureOf } from './failure.ts';

/**
 * Makes this process work on the items that its parent sends, one after another, until the parent stops it or ends.
 *
 * @param begin is given the settings, the first thing that the parent sends; returns what does one item
 */
export function serveItems<Settings, Item, Result>(
  begin: (settings: Settings) => Promise<(item: Item) => Promise<Result>>,
): void {
  process.on('disconnect', () => process.exit(1));
  process.once('message', (settings) => {
    const ready = begin(settings as Settings);
    ready.catch(() => {}); // told to whoever asks
    process.on('message', async (item) => {
      const answer: FromWorker<Result> = await ready
        .then((work) => work(item as Item))
        .then(
          (result) => ({ result }),
          (error) => ({ failure: failureOf(error) }),
        );
      process.send!(answer, undefined, {}, (error) => {
        if (error) process.exit(1); // the parent is gone
      });
    });
  });
}
