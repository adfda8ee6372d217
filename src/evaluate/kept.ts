import { descriptors } from '../features/descriptors/descriptors.ts';
import type { AnyFrontEnd } from '../features/descriptors/front-end.ts';
import { createExtractor } from '../features/extractor.ts';
import { trainingSegments } from '../features/front-end.ts';
import { encoderOf } from '../recognize/encoder-file.ts';

/** What training keeps of recordings. */
export interface Kept {
  /** From the samples of a recording, `[samples]` at 16 kHz, to `[n, ...shape]` of the front end's form. */
  of(samples: Float32Array): Promise<Float32Array>;
  close(): Promise<void>;
}

/**
 * Opens a front end of any kind for training: features of a recording's segments, or descriptors of its frames.
 *
 * @param encoder the file of an encoder of the user's own, where the front end is one
 * @throws AttuneError `checkpoint` where what it needs cannot be read; `usage` where an encoder is missing or given in vain
 */
export async function openKept(frontEnd: AnyFrontEnd, encoder: string | undefined): Promise<Kept> {
  const threads = 1; // the bytes must not depend on the machine's cores
  const own = await encoderOf(frontEnd, encoder, threads);
  if (frontEnd.kind === 'descriptors')
    return { of: async (samples) => descriptors(samples, frontEnd.set).values, close: async () => {} };
  const { extract, close } = own ?? (await createExtractor(frontEnd, threads));
  return { of: async (samples) => extract(trainingSegments(samples, frontEnd)), close };
}
