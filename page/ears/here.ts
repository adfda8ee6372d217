import { proxy, type Remote, wrap } from 'comlink';
import type { WeightsName } from '../../src/recognize/default-weights.ts';
import { decodeByBrowser, isOfBrowser } from './browser-sound.ts';
import type { Ear } from './ear.ts';
import type { Hearer } from './hearer.ts';

interface Thread {
  readonly remote: Remote<Hearer>;
  /** rejects where the thread is ended: what was asked of it is answered no more */
  readonly ended: Promise<never>;
  end(why: unknown): void;
}
let opened: Promise<Thread> | undefined;
/** whether a network was loaded in the thread */
let isUsed = false;

/** The network's thread, once it is asked for. It says when it can be asked: what comes while its modules are awaited is lost. */
function thread(): Promise<Thread> {
  if (typeof WebAssembly === 'undefined') return Promise.reject(new Error(`the network cannot run here. ${REMEDY}`));
  if (opened) return opened;
  const own = new Promise<Thread>((resolve, reject) => {
    const worker = new Worker(new URL('./hearer.ts', import.meta.url), { type: 'module' });
    let end: Thread['end'] = () => {};
    const ended = new Promise<never>((_, refuse) => {
      end = (why) => {
        worker.terminate();
        if (opened === own) opened = undefined; // of several that fail together the first ends it
        refuse(why);
      };
    });
    ended.catch(() => {}); // told to whoever asks
    worker.addEventListener('message', () => resolve({ remote: wrap<Hearer>(worker), ended, end }), { once: true });
    worker.addEventListener('error', ({ message }) => {
      opened = undefined;
      reject(unloadable(message));
    });
  });
  opened = own;
  return own;
}

/**
 * The thread with a network in it. What could not be fetched is fetched again the next time: the runtime does not, so its thread begins anew.
 *
 * @throws Error where the network cannot be loaded, or the browser cannot run it
 */
async function hearer(weights: WeightsName): Promise<Remote<Hearer>> {
  const { remote, ended, end } = await thread();
  try {
    await Promise.race([remote.ready(weights), ended]);
    isUsed = true;
    return remote;
  } catch (error) {
    if (!isUsed) end(error);
    throw unloadable((error as Error).message);
  }
}

const unloadable = (why: string) =>
  new Error(`the network cannot be loaded, or not run, in this page${why ? `: ${why}` : ''}. ${REMEDY}`);
const REMEDY =
  'Is the server still there? Try again, reload the page, or take another browser: one with WebAssembly and with modules in workers.';

/** The network in this page: no sound leaves it. */
export const earHere = (weights: WeightsName): Ear => ({
  normalizes: true,
  prepare: async () => {
    await hearer(weights);
  },
  async recognize(id, sound, name, signal) {
    const remote = await hearer(weights);
    if (!sound.size) throw new Error('the file is empty. Record or export it again.');
    const decoded = isOfBrowser(name) ? await decodeByBrowser(sound) : sound;
    signal.throwIfAborted();
    const told = await remote.recognize(id, decoded, name, weights);
    if (signal.aborted) await remote.forget(id);
    signal.throwIfAborted();
    return told;
  },
  explain: async (id, segment) => (await hearer(weights)).explain(id, segment, weights),
  async forget(id) {
    if (opened) await (await opened).remote.forget(id);
  },
  normalize: async (all, mixed) => (await hearer(weights)).normalize(all, weights, mixed),
  listen: async (sampleRate, onEvent) => (await hearer(weights)).listen(sampleRate, proxy(onEvent), weights),
});

/** Bytes that the thread has loaded: code, runtime and weights. */
export const bytesHere = async (): Promise<number> => (opened ? (await opened).remote.bytes() : 0);
