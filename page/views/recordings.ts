import { useRef, useState } from 'preact/hooks';
import { visible } from '../../src/text.ts';
import type { Ear } from '../ears/ear.ts';
import { type FirstAnswer, firstAnswer } from '../ears/first-answer.ts';
import type { Item } from '../item.ts';

let last = 0;
const isSound = ({ sound }: Item) => sound instanceof File;
const isFailed = (item: Item) => item.state === 'failed' && isSound(item);
const anew = (item: Item): Item => {
  const { told: _, error: __, ...rest } = item;
  return { ...rest, state: 'waiting' };
};

/** The recordings that were given, heard one after the other. */
export function useRecordings() {
  const [items, setItems] = useState<readonly Item[]>([]);
  const [first, setFirst] = useState<FirstAnswer>();
  const queue = useRef<Promise<void>>(Promise.resolve());
  /** ends what is under way where the user wants something else */
  const wanted = useRef(new AbortController());
  /** what there is now, which what was begun before it was drawn must know of */
  const all = useRef<readonly Item[]>([]);
  const update = (by: (before: readonly Item[]) => readonly Item[]) => {
    all.current = by(all.current);
    setItems(all.current);
  };
  const change = (id: number, told: Partial<Item>) =>
    update((before) => before.map((item) => (item.id === id ? { ...item, ...told } : item)));

  const hear = (item: Item, ear: Ear) => {
    const given = performance.now();
    const { signal } = wanted.current;
    queue.current = queue.current.then(async () => {
      if (signal.aborted) return;
      change(item.id, { state: 'working' });
      try {
        const told = await ear.recognize(item.id, item.sound, item.name, signal);
        change(item.id, { state: 'done', told });
        if (!ear.normalizes) return;
        const answer = await firstAnswer(given);
        setFirst((before) => before ?? answer);
      } catch (error) {
        if (!signal.aborted) change(item.id, { state: 'failed', error: visible((error as Error).message) });
      }
    });
  };
  const hearAnew = (which: (item: Item) => boolean, ear: Ear) => {
    const those = all.current.filter(which);
    update((before) => before.map((item) => (which(item) ? anew(item) : item)));
    for (const item of those) hear(item, ear);
  };
  /** What waits is not heard any more, and what is under way is not told. */
  const drop = () => {
    wanted.current.abort();
    wanted.current = new AbortController();
    queue.current = Promise.resolve();
  };
  return {
    ...{ items, first, drop },
    /** @returns the first of them, if there is one */
    add(files: Iterable<File>, folders: readonly string[], ear: Ear): number | undefined {
      const added = [...files].map(
        (file): Item => ({ id: ++last, name: visible(file.name), sound: file, state: 'waiting' }),
      );
      const refused = folders.map((name): Item => {
        const error = 'this is a folder: open it, and choose the recordings in it';
        return { id: ++last, name: visible(name), sound: new Blob(), state: 'failed', error };
      });
      update((before) => [...before, ...added, ...refused]);
      for (const item of added) hear(item, ear);
      return (added[0] ?? refused[0])?.id;
    },
    /** Nothing of them is kept. */
    clear(ears: readonly Ear[]) {
      drop();
      for (const { id } of all.current) for (const ear of ears) ear.forget(id).catch(() => {});
      update(() => []);
    },
    /** Has all of them heard by another. */
    changeEar(ear: Ear) {
      drop();
      hearAnew(isSound, ear);
    },
    /** how many could not be heard, and may be given again */
    failed: items.filter(isFailed).length,
    tryAgain: (ear: Ear) => hearAnew(isFailed, ear),
  };
}
