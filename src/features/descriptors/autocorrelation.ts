import FFT from 'fft.js';
import { SAMPLE_RATE } from '../../audio/waveform.ts';
import { LEAST_AMPLITUDE } from './frames.ts';

/*
 * Boersma, Accurate Short-Term Analysis of the Fundamental Frequency and the Harmonics-to-Noise Ratio of a Sampled Sound, Proceedings of the
 * Institute of Phonetic Sciences 17, 1993, 97-110 (https://www.fon.hum.uva.nl/paul/papers/Proceedings_1993.pdf), with the standard settings
 * of Praat's "To Pitch (ac)".
 */
export const PITCH_FLOOR = 75;
export const PITCH_CEILING = 600;
const LONGEST_PERIOD = SAMPLE_RATE / PITCH_FLOOR;
const SHORTEST_PERIOD = SAMPLE_RATE / PITCH_CEILING;
/** A window is three of the longest periods long. */
export const PITCH_WINDOW = 3 * LONGEST_PERIOD;
const DFT_POINTS = 1024; // holds a window and the longest lag
/** Samples on either side by which values between lags are interpolated. */
const SINC_DEPTH = 30;
const LAGS = Math.ceil(LONGEST_PERIOD) + SINC_DEPTH + 2;

/** A maximum of the autocorrelation. */
export interface Peak {
  /** samples */
  readonly lag: number;
  /** 0 to 1: the share of the power that repeats after this lag */
  readonly height: number;
}

/** What of a window tells of periods. */
export interface Periodicity {
  /** those from 600 to 75 Hz, in order of their lags */
  readonly peaks: readonly Peak[];
  /** the greatest amplitude of the tapered window within half a longest period of its middle */
  readonly amplitude: number;
}

/**
 * Finds the periods in windows, one window after the other.
 *
 * @returns takes a window `[640]` of which the first `there` are samples, and the rest zeros
 */
export function createPeriodicity(): (window: Float64Array, there: number) => Periodicity {
  const fft = new FFT(DFT_POINTS);
  const [padded, spectrum] = [new Float64Array(DFT_POINTS), new Float64Array(2 * DFT_POINTS)];
  /** Autocorrelation at lags from 0, not normalised, of what is in `padded`. */
  const correlate = (target: Float64Array) => {
    fft.realTransform(spectrum, padded);
    for (let k = 0; k <= DFT_POINTS / 2; k++) {
      const re = spectrum[2 * k]!;
      const im = spectrum[2 * k + 1]!;
      const power = re * re + im * im;
      padded[k] = power;
      if (k) padded[DFT_POINTS - k] = power;
    }
    fft.realTransform(spectrum, padded);
    for (let lag = 0; lag < LAGS; lag++) target[lag] = spectrum[2 * lag]!;
  };
  const taper = Float64Array.from(
    { length: PITCH_WINDOW },
    (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / PITCH_WINDOW),
  );
  const [ofTaper, r] = [new Float64Array(LAGS), new Float64Array(LAGS)];
  padded.set(taper);
  correlate(ofTaper);

  return (window, there) => {
    const mean = middleMean(window, there);
    for (let i = 0; i < there; i++) padded[i] = (window[i]! - mean) * taper[i]!;
    padded.fill(0, there);
    const amplitude = middleAmplitude(padded);
    if (amplitude < LEAST_AMPLITUDE) return { peaks: [], amplitude: 0 };
    correlate(r);
    const scale = ofTaper[0]! / r[0]!; // Eq. 9: that of the sound is that of the tapered sound over that of the taper
    for (let lag = 0; lag < LAGS; lag++) r[lag]! *= scale / ofTaper[lag]!;
    return { peaks: peaksOf(r), amplitude };
  };
}

const MIDDLE = PITCH_WINDOW / 2;

/** Of the middle two of a window's three longest periods. */
function middleMean(window: Float64Array, there: number): number {
  const [first, end] = [Math.ceil(MIDDLE - LONGEST_PERIOD), Math.min(there, Math.floor(MIDDLE + LONGEST_PERIOD))];
  if (end <= first) return 0;
  let sum = 0;
  for (let i = first; i < end; i++) sum += window[i]!;
  return sum / (end - first);
}

/** The greatest amplitude within half a longest period of the middle. */
function middleAmplitude(tapered: Float64Array): number {
  let most = 0;
  for (let i = Math.ceil(MIDDLE - LONGEST_PERIOD / 2); i < MIDDLE + LONGEST_PERIOD / 2; i++)
    most = Math.max(most, Math.abs(tapered[i]!));
  return most;
}

/** Maxima above 0, their places and heights between lags by a parabola, then by one through interpolated values. */
function peaksOf(r: Float64Array): Peak[] {
  const peaks: Peak[] = [];
  for (let i = Math.floor(SHORTEST_PERIOD); i <= Math.ceil(LONGEST_PERIOD); i++) {
    if (!(r[i]! > 0 && r[i]! > r[i - 1]! && r[i]! >= r[i + 1]!)) continue;
    const near = i + topOf(r[i - 1]!, r[i]!, r[i + 1]!);
    const [before, at, after] = [interpolate(r, near - STEP), interpolate(r, near), interpolate(r, near + STEP)];
    const shift = topOf(before, at, after);
    const lag = near + STEP * shift;
    const height = at + ((after - before) * shift) / 4;
    // heights above 1 come of short windows; Praat mirrors them too
    if (lag >= SHORTEST_PERIOD && lag <= LONGEST_PERIOD) peaks.push({ lag, height: height > 1 ? 1 / height : height });
  }
  return peaks;
}

/** Of a lag: how far apart interpolated values lie. */
const STEP = 0.25;

/** Where a parabola through values at -1, 0 and 1 has its top. */
const topOf = (before: number, at: number, after: number): number => {
  const curvature = 2 * at - before - after;
  return curvature > 0 ? Math.max(-1, Math.min(1, (after - before) / 2 / curvature)) : 0;
};

/** The value at a lag between two, by the sinc function under a Hann window. */
function interpolate(r: Float64Array, lag: number): number {
  const left = Math.floor(lag);
  const fraction = lag - left;
  if (fraction < 1e-9) return r[left]!;
  const width = SINC_DEPTH + 1;
  const sine = Math.sin(Math.PI * fraction) / Math.PI;
  let sum = 0;
  for (let n = 0; n < SINC_DEPTH; n++) {
    const before = fraction + n; // distances to lags on the left and on the right
    const after = 1 - fraction + n;
    const sign = n % 2 ? -sine : sine;
    sum += (sign / before) * hann(before / width) * r[Math.abs(left - n)]!;
    sum += (sign / after) * hann(after / width) * r[left + 1 + n]!;
  }
  return sum;
}

const hann = (x: number) => 0.5 + 0.5 * Math.cos(Math.PI * x);
