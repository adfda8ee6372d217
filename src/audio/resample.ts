import type { SpeexModule } from '@echogarden/speex-resampler-wasm';
import { AttuneError } from '../errors.ts';
import { joinSamples } from './bytes.ts';

/** The best of Speex's 0 to 10; the measurements behind the choice stand in docs/decisions/audio-libraries.md. */
const QUALITY = 10;
/** Samples handed to the library at a time, so that its heap stays small however long the recording is. */
const BLOCK = 16_384;

let loaded: Promise<SpeexModule> | undefined;

/** The WebAssembly module, compiled once; it is used only between two awaits, so recordings cannot meet in it. */
function load(): Promise<SpeexModule> {
  loaded ??= import('@echogarden/speex-resampler-wasm').then((library) => library.default());
  loaded.catch(() => {
    loaded = undefined; // a failed download may succeed the next time
  });
  return loaded;
}

/** Takes sound at one rate, in blocks of any length, and gives it at another. Blocks do not show in what comes out. */
export interface Resampler {
  /** `[samples]`, finite, to what can be said of the output so far: `[samples]`, perhaps none */
  push(samples: Float32Array): Float32Array;
  /** The rest; in all they are `round(samples * toHz / fromHz)`. */
  end(): Float32Array;
  /** Gives its memory back; nothing may be called afterwards. */
  free(): void;
}

/**
 * Changes the sampling rate by Speex's windowed-sinc resampler (Kaiser window, quality 10), without shifting the sound in time.
 *
 * The response is flat within 0.01 dB to 95 % of the lower Nyquist frequency; aliases and images lie at least 120 dB down. Where
 * the rates are equal, the samples are left as they are. The same input gives the same bytes.
 *
 * @param fromHz Hz, rounded to a whole number
 * @param toHz Hz, rounded to a whole number
 * @throws AttuneError `audio` where the library refuses the rates or cannot be loaded
 */
export async function createResampler(fromHz: number, toHz: number): Promise<Resampler> {
  const [from, to] = [Math.round(fromHz), Math.round(toHz)];
  if (!(from > 0 && to > 0))
    throw new AttuneError('audio', `Expected sampling rates above 0 Hz, got ${fromHz} and ${toHz} Hz.`);
  if (from === to) return { push: (samples) => samples, end: () => new Float32Array(), free: () => {} };
  try {
    return start(await load(), from, to);
  } catch (cause) {
    if (cause instanceof AttuneError) throw cause;
    throw new AttuneError('audio', `Resampling from ${from} to ${to} Hz failed: ${String(cause)}.`, { cause });
  }
}

/**
 * A whole recording at another rate; see {@link createResampler}.
 *
 * @param samples `[samples]` at `fromHz`, finite
 * @returns `[round(samples * toHz / fromHz)]`
 */
export async function resample(samples: Float32Array, fromHz: number, toHz: number): Promise<Float32Array> {
  const resampler = await createResampler(fromHz, toHz);
  try {
    return joinSamples([resampler.push(samples), resampler.end()]);
  } finally {
    resampler.free();
  }
}

function start(speex: SpeexModule, from: number, to: number): Resampler {
  const outputBlock = Math.ceil((BLOCK * to) / from) + 64;
  const [input, result] = [speex._malloc(4 * BLOCK), speex._malloc(4 * outputBlock)];
  const [read, written] = [speex._malloc(4), speex._malloc(4)]; // `written` also receives the error code of init
  const state = speex._speex_resampler_init(1, from, to, QUALITY, written);
  const code = speex.HEAPU32[written >> 2];
  const free = () => {
    if (state) speex._speex_resampler_destroy(state);
    for (const pointer of [input, result, read, written]) speex._free(pointer);
  };
  if (!state) {
    free();
    throw new AttuneError('audio', `Speex cannot resample from ${from} to ${to} Hz (code ${code}).`);
  }
  speex._speex_resampler_skip_zeros(state); // drops the filter's delay from the start of the output
  let [taken, made] = [0, 0];

  /** Runs `length` samples of the input buffer through the filter; what comes out is written to `output` from `at` on. */
  const step = (length: number, output: Float32Array, at: number): { read: number; written: number } => {
    speex.HEAPU32[read >> 2] = length;
    speex.HEAPU32[written >> 2] = outputBlock;
    const code = speex._speex_resampler_process_float(state, 0, input, read, result, written);
    const counts = { read: speex.HEAPU32[read >> 2]!, written: speex.HEAPU32[written >> 2]! };
    if (code !== 0 || counts.read + counts.written === 0)
      throw new AttuneError('audio', `Speex stopped at sample ${taken} (code ${code}).`);
    const wanted = Math.min(counts.written, output.length - at);
    output.set(speex.HEAPF32.subarray(result >> 2, (result >> 2) + wanted), at);
    return { read: counts.read, written: wanted };
  };
  return {
    push(samples) {
      const output = new Float32Array(Math.ceil(((taken + samples.length) * to) / from) - made);
      let [position, filled] = [0, 0];
      while (position < samples.length) {
        const block = samples.subarray(position, position + BLOCK);
        speex.HEAPF32.set(block, input >> 2);
        const counts = step(block.length, output, filled);
        position += counts.read;
        filled += counts.written;
      }
      taken += samples.length;
      made += filled;
      return output.subarray(0, filled);
    },
    end() {
      const output = new Float32Array(Math.round((taken * to) / from) - made);
      speex.HEAPF32.fill(0, input >> 2, (input >> 2) + BLOCK); // zeros push the tail out of the filter
      for (let filled = 0; filled < output.length; ) filled += step(BLOCK, output, filled).written;
      made += output.length;
      return output;
    },
    free,
  };
}
