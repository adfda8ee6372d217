/** The rate at which everything after decoding works, in Hz. */
export const SAMPLE_RATE = 16_000;

/** One channel of sound. */
export interface Waveform {
  /** `[samples]`, amplitude in [-1, 1] */
  readonly samples: Float32Array;
  /** Hz */
  readonly sampleRate: number;
}
