import { proxy, type Remote, wrap } from 'comlink';
import type { WeightsName } from '../../src/recognize/default-weights.ts';
import { decodeByBrowser, isOfBrowser } from './browser-sound.ts';
import type { Ear } from './ear.ts';
import type { Hearer } from './hearer.ts';

let opened: Promise<Remote<Hearer>> | undefined;
/**
 * The network's thread, once it is asked for. It says when it can be asked: what comes while its modules are awaited is lost.
 *
 * @throws Error where the browser cannot run it
 */
function hearer(): Promise<Remote<Hearer>> {
  if (typeof WebAssembly === 'undefined') return Promise.reject(new Error(`the network cannot run here. ${REMEDY}`));
  opened ??= new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./hearer.ts', import.meta.url), { type: 'module' });
    worker.addEventListener('message', () => resolve(wrap<Hearer>(worker)), { once: true });
    worker.addEventListener('error', ({ message }) => {
      opened = undefined;
      reject(
        new Error(`the network cannot be loaded, or not run, in this page${message ? `: ${message}` : ''}. ${REMEDY}`),
      );
    });
  });
  return opened;
}
const REMEDY =
  'Is the server still there? Try again, or another browser: it takes one with WebAssembly and with modules in workers.';

/** The network in this page: no sound leaves it. */
export const earHere = (weights: WeightsName): Ear => ({
  normalizes: true,
  prepare: async () => {
    await (await hearer()).ready(weights);
  },
  async recognize(id, sound, name, signal) {
    const remote = await hearer();
    if (!sound.size) throw new Error('the file is empty. Record or export it again.');
    const decoded = isOfBrowser(name) ? await decodeByBrowser(sound) : sound;
    signal.throwIfAborted();
    const told = await remote.recognize(id, decoded, name, weights);
    if (signal.aborted) await remote.forget(id);
    signal.throwIfAborted();
    return told;
  },
  explain: async (id, segment) => (await hearer()).explain(id, segment, weights),
  async forget(id) {
    if (opened) await (await opened).forget(id);
  },
  normalize: async (all, mixed) => (await hearer()).normalize(all, weights, mixed),
  listen: async (sampleRate, onEvent) => (await hearer()).listen(sampleRate, proxy(onEvent), weights),
});

/** Bytes that the thread has loaded: code, runtime and weights. */
export const bytesHere = async (): Promise<number> => (opened ? (await opened).bytes() : 0);
