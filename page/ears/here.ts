import { type Remote, wrap } from 'comlink';
import type { Hearer } from './hearer.ts';

const worker = new Worker(new URL('./hearer.ts', import.meta.url), { type: 'module' });

/** The network, in its thread. */
export const hearer: Remote<Hearer> = wrap<Hearer>(worker);
