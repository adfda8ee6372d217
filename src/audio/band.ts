import FFT from 'fft.js';
import { SAMPLE_RATE } from './waveform.ts';

/** Samples in a frame: 32 ms, 31.25 Hz from bin to bin. */
const FRAME = 512;
/** Samples from frame to frame: half of the sound is enough to know its spectrum. */
const HOP = 1_024;
const BIN = SAMPLE_RATE / FRAME; // Hz
/** A symmetric Hann window: what lies 100 Hz beside the band is 60 dB down. */
const WINDOW = Float64Array.from({ length: FRAME }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / (FRAME - 1)));

/** Measures how much energy lies at the upper end of what the network hears, 0 to 4 kHz. */
export interface BandMeter {
  /** `[samples]` at 16 kHz, blocks of any length */
  push(samples: Float32Array): void;
  /** Energy from 3.5 to 4 kHz in that from 0.1 to 4 kHz, in dB; undefined where there was no frame, or nothing in it. */
  upperShare(): number | undefined;
}

export function createBandMeter(): BandMeter {
  const frame = new Float64Array(FRAME);
  const fft = new FFT(FRAME);
  const spectrum = new Float64Array(2 * FRAME); // real and imaginary parts in turn
  let at = 0; // samples since the last frame began
  let [upper, whole] = [0, 0];
  const measure = () => {
    fft.realTransform(spectrum, frame);
    for (let k = Math.ceil(100 / BIN); k * BIN < 4_000; k++) {
      const energy = spectrum[2 * k]! ** 2 + spectrum[2 * k + 1]! ** 2;
      whole += energy;
      if (k * BIN >= 3_500) upper += energy;
    }
  };
  return {
    push(samples) {
      for (let i = 0; i < samples.length; i++) {
        if (at < FRAME) frame[at] = samples[i]! * WINDOW[at]!;
        if (++at === FRAME) measure();
        if (at === HOP) at = 0;
      }
    },
    upperShare: () => (whole > 0 ? 10 * Math.log10(upper / whole) : undefined),
  };
}
