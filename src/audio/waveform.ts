/** One channel of sound. */
export interface Waveform {
  /** `[samples]`, amplitude in [-1, 1] */
  readonly samples: Float32Array;
  /** Hz */
  readonly sampleRate: number;
}
