// Declarations of what Attune uses of three packages that bring none.

/** Pointers are byte offsets into the heap. */
declare module '@echogarden/speex-resampler-wasm' {
  export interface SpeexModule {
    /** replaced whenever the heap grows: read it anew after each call */
    readonly HEAPF32: Float32Array;
    readonly HEAPU32: Uint32Array;
    _malloc(bytes: number): number;
    _free(pointer: number): void;
    _speex_resampler_init(channels: number, fromHz: number, toHz: number, quality: number, error: number): number;
    _speex_resampler_skip_zeros(state: number): number;
    _speex_resampler_process_float(
      state: number,
      channel: number,
      input: number,
      inputLength: number,
      output: number,
      outputLength: number,
    ): number;
    _speex_resampler_destroy(state: number): void;
  }
  export default function instantiate(): Promise<SpeexModule>;
}

declare module 'audio-type' {
  /** Names the format by the file's first bytes; looks at the whole buffer under a view. */
  export default function audioType(bytes: Uint8Array): string | undefined;
  /** The length of an ID3v2 tag at the start of the file, in bytes; 0 where there is none. */
  export function skipId3(bytes: Uint8Array): number;
}

declare module 'fft.js' {
  /** Complex values stand as real, imaginary, real, ... */
  export default class FFT {
    /** @param size a power of two above 1 */
    constructor(size: number);
    realTransform(output: Float64Array, input: Float64Array): void;
    completeSpectrum(spectrum: Float64Array): void;
    inverseTransform(output: Float64Array, input: Float64Array): void;
  }
}
