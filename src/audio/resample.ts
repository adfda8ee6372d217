import type { SpeexModule } from '@echogarden/speex-resampler-wasm';
import { AttuneError } from '../errors.ts';

/** The best of Speex's 0 to 10; the measurements behind the choice stand in docs/decisions/audio-libraries.md. */
const QUALITY = 10;
/** Samples handed to the library at a time, so that its heap stays small however long the recording is. */
const BLOCK = 16_384;

let loaded: Promise<SpeexModule> | undefined;

/** The WebAssembly module, compiled once; it is used only between two awaits, so calls cannot meet in it. */
function load(): Promise<SpeexModule> {
  loaded ??= import('@echogarden/speex-resampler-wasm').then((library) => library.default());
  loaded.catch(() => {
    loaded = undefined; // a failed download may succeed the next time
  });
  return loaded;
}

/**
 * Changes the sampling rate by Speex's windowed-sinc resampler (Kaiser window, quality 10), without shifting the sound in time.
 *
 * The response is flat within 0.01 dB to 95 % of the lower Nyquist frequency; aliases and images lie at least 120 dB down.
 *
 * @param samples `[samples]` at `fromHz`, finite
 * @param fromHz Hz, rounded to a whole number
 * @param toHz Hz, rounded to a whole number
 * @returns `[round(samples * toHz / fromHz)]`, a new array unless the rates are equal; the same input gives the same bytes
 * @throws AttuneError `audio` where the library refuses the rates or cannot be loaded
 */
export async function resample(samples: Float32Array, fromHz: number, toHz: number): Promise<Float32Array> {
  const [from, to] = [Math.round(fromHz), Math.round(toHz)];
  if (!(from > 0 && to > 0))
    throw new AttuneError('audio', `Expected sampling rates above 0 Hz, got ${fromHz} and ${toHz} Hz.`);
  if (from === to) return samples;
  try {
    return convert(await load(), samples, from, to);
  } catch (cause) {
    if (cause instanceof AttuneError) throw cause;
    throw new AttuneError('audio', `Resampling from ${from} to ${to} Hz failed: ${String(cause)}.`, { cause });
  }
}

function convert(speex: SpeexModule, samples: Float32Array, from: number, to: number): Float32Array {
  const output = new Float32Array(Math.round((samples.length * to) / from));
  const outputBlock = Math.ceil((BLOCK * to) / from) + 64;
  const [input, result] = [speex._malloc(4 * BLOCK), speex._malloc(4 * outputBlock)];
  const [read, written] = [speex._malloc(4), speex._malloc(4)]; // `written` also receives the error code of init
  const state = speex._speex_resampler_init(1, from, to, QUALITY, written);
  try {
    if (!state)
      throw new AttuneError(
        'audio',
        `Speex cannot resample from ${from} to ${to} Hz (code ${speex.HEAPU32[written >> 2]}).`,
      );
    speex._speex_resampler_skip_zeros(state); // drops the filter's delay from the start of the output
    let [position, filled] = [0, 0];
    while (filled < output.length) {
      const block = samples.subarray(position, position + BLOCK);
      speex.HEAPF32.fill(0, input >> 2, (input >> 2) + BLOCK); // past the end, zeros push the tail out of the filter
      speex.HEAPF32.set(block, input >> 2);
      speex.HEAPU32[read >> 2] = block.length || BLOCK;
      speex.HEAPU32[written >> 2] = outputBlock;
      const code = speex._speex_resampler_process_float(state, 0, input, read, result, written);
      const [taken, made] = [speex.HEAPU32[read >> 2]!, speex.HEAPU32[written >> 2]!];
      if (code !== 0 || taken + made === 0)
        throw new AttuneError('audio', `Speex stopped at sample ${position} (code ${code}).`);
      const wanted = Math.min(made, output.length - filled);
      output.set(speex.HEAPF32.subarray(result >> 2, (result >> 2) + wanted), filled);
      position += taken;
      filled += wanted;
    }
    return output;
  } finally {
    if (state) speex._speex_resampler_destroy(state);
    for (const pointer of [input, result, read, written]) speex._free(pointer);
  }
}
