import FFT from 'fft.js';
import { SAMPLE_RATE } from '../../audio/waveform.ts';
import { FRAME_SAMPLES } from './frames.ts';

/*
 * As HTK defines them (Young et al., The HTK Book 3.4, sections 5.2 to 5.6) and openSMILE's IS09_emotion.conf sets them: the settings of the
 * INTERSPEECH 2009 Emotion Challenge.
 */
const EMPHASIS = 0.97;
const BANDS = 26;
const LIFTER = 22;
const DFT_POINTS = 512;
const BINS = DFT_POINTS / 2;
/** HTK hears 16-bit integers, and takes what is less than 1 in a band for 1, so that silence has a logarithm. */
const INTEGER_SCALE = 32_767;

/** The number of coefficients: 0 to 12. */
export const COEFFICIENTS = 13;

/**
 * Mel-frequency cepstral coefficients of frames, one frame after the other: pre-emphasis within the frame, Hamming window, magnitudes of a
 * DFT of 512 points, 26 triangular bands from 0 to 8 kHz, logarithm, DCT and lifter.
 *
 * @returns takes a frame `[400]` and writes coefficients 0 to 12 to `[13]`
 */
export function createMfcc(): (frame: Float64Array, coefficients: Float64Array) => void {
  const fft = new FFT(DFT_POINTS);
  const window = Float64Array.from(
    { length: FRAME_SAMPLES },
    (_, i) => 0.54 - 0.46 * Math.cos((2 * Math.PI * i) / (FRAME_SAMPLES - 1)),
  );
  const { band, share } = melBands();
  const transform = liftedDct();
  const [padded, spectrum] = [new Float64Array(DFT_POINTS), new Float64Array(2 * DFT_POINTS)];
  const bands = new Float64Array(BANDS + 2); // the outer two take what belongs to no band
  return (frame, coefficients) => {
    padded[0] = (1 - EMPHASIS) * frame[0]! * window[0]!;
    for (let i = 1; i < FRAME_SAMPLES; i++) padded[i] = (frame[i]! - EMPHASIS * frame[i - 1]!) * window[i]!;
    fft.realTransform(spectrum, padded);
    bands.fill(0);
    for (let bin = 0; bin < BINS; bin++) {
      const re = spectrum[2 * bin]!;
      const im = spectrum[2 * bin + 1]!;
      const magnitude = Math.sqrt(re * re + im * im);
      const left = band[bin]!;
      bands[left]! += (1 - share[bin]!) * magnitude;
      bands[left + 1]! += share[bin]! * magnitude;
    }
    for (let b = 1; b <= BANDS; b++) bands[b] = Math.log(Math.max(1, INTEGER_SCALE * bands[b]!));
    for (let k = 0; k < COEFFICIENTS; k++) {
      let sum = 0;
      for (let b = 0; b < BANDS; b++) sum += transform[k * BANDS + b]! * bands[b + 1]!;
      coefficients[k] = sum;
    }
  };
}

/** Of each bin below 8 kHz, the band whose centre lies below it (0: none does) and the share of its magnitude that goes to the next band. */
function melBands() {
  const mel = (hz: number) => 1127 * Math.log(1 + hz / 700);
  const width = mel(SAMPLE_RATE / 2) / (BANDS + 1);
  const places = Float64Array.from({ length: BINS }, (_, bin) => mel((bin * SAMPLE_RATE) / DFT_POINTS) / width);
  return { band: Uint8Array.from(places, Math.floor), share: places.map((place) => place - Math.floor(place)) };
}

/** Rows of the DCT times their lifter: `[13, 26]`. */
function liftedDct(): Float64Array {
  const rows = new Float64Array(COEFFICIENTS * BANDS);
  for (let k = 0; k < COEFFICIENTS; k++) {
    const lifter = 1 + (LIFTER / 2) * Math.sin((Math.PI * k) / LIFTER);
    for (let b = 0; b < BANDS; b++)
      rows[k * BANDS + b] = lifter * Math.sqrt(2 / BANDS) * Math.cos((Math.PI * k * (b + 0.5)) / BANDS);
  }
  return rows;
}
