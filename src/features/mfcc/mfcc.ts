import * as f from '../../graph/functions.ts';
import type { Graph, Tensor } from '../../graph/graph.ts';

const SAMPLE_RATE = 16_000;
/** Hann windows of 64 ms every 16 ms; each frame lies in the segment as a whole. */
const WINDOW = 1024;
const HOP = 256;
/** Of the DFT, 15.6 Hz apart, to half the sampling rate. */
const BINS = WINDOW / 2 + 1;
/** Triangles of equal width in mel between these frequencies, Hz. */
const BANDS = 128;
const [LOWEST, HIGHEST] = [80, 7600];
/** Added to the magnitude of a band, so that silence has a logarithm. */
const LEAST = 1e-6;
/** Coefficients beyond this, either way, count as this: the first, which is that of loudness, mostly does. */
const LIMIT = 10;
/** Stands in for the peak of digital silence. */
const SMALLEST_PEAK = 1e-12;

/** Coefficients of a frame, the one of loudness first. */
export const COEFFICIENTS = 40;

/** Frames in segments of so many samples. */
export const mfccFrames = (samples: number): number => Math.floor((samples - WINDOW) / HOP) + 1;

/**
 * Mel-frequency cepstral coefficients of segments, as Light-SERNet takes them (Aftab et al., ICASSP 2022, https://arxiv.org/abs/2110.03435;
 * its program has the numbers). With x the segment over its peak, m the magnitudes of its windowed DFT, B the bands of the mel scale and
 * C the cosine transform
 *
 *     c = C log(B m + 1e-6), clipped to [-10, 10];  C[k, b] = sqrt(2 / 128) cos(pi k (b + 1/2) / 128)
 *
 * @param samples `[n, samples]`, 16 kHz
 * @param length of a segment, in samples
 * @returns `[n, 1, 40, frames]`
 */
export function mfcc(samples: Tensor, length: number): Tensor {
  const { graph } = samples;
  const peaks = f.maximum(f.reduceMax(f.abs(samples), [1], true), SMALLEST_PEAK);
  const signal = f.reshape(f.div(samples, peaks), [-1, 1, 1, length]);
  const parts = f.conv(signal, windowedDft(graph), [0, 0, 0, 0], undefined, [1, HOP]); // [n, 1026, 1, frames]
  const [real, imaginary] = [0, BINS].map((first) => f.slice(parts, [1], [first], [first + BINS]));
  const power = f.add(f.mul(real!, real!), f.mul(imaginary!, imaginary!));
  const magnitudes = f.reshape(f.sqrt(power), [-1, BINS, mfccFrames(length)]);
  const bands = f.log(f.add(f.matmul(graph.constant(melBands(), [BANDS, BINS]), magnitudes), LEAST)); // [n, 128, frames]
  const cepstrum = f.matmul(graph.constant(cosines(), [COEFFICIENTS, BANDS]), bands);
  return f.reshape(f.maximum(f.minimum(cepstrum, LIMIT), -LIMIT), [-1, 1, COEFFICIENTS, mfccFrames(length)]);
}

/** Real parts, then imaginary parts, of the DFT's rows times the window (periodic Hann): `[1026, 1, 1, 1024]`. */
function windowedDft(graph: Graph): Tensor {
  const rows = new Float32Array(2 * BINS * WINDOW);
  for (let bin = 0; bin < BINS; bin++)
    for (let t = 0; t < WINDOW; t++) {
      const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * t) / WINDOW);
      const angle = (2 * Math.PI * ((bin * t) % WINDOW)) / WINDOW;
      rows[bin * WINDOW + t] = window * Math.cos(angle);
      rows[(BINS + bin) * WINDOW + t] = -window * Math.sin(angle);
    }
  return graph.constant(rows, [2 * BINS, 1, 1, WINDOW]);
}

const mel = (hz: number) => 1127 * Math.log(1 + hz / 700);

/** What each bin's magnitude counts in each band, `[128, 513]`: from 0 at one edge to 1 in the middle to 0 at the other; 0 Hz counts nowhere. */
function melBands(): Float32Array {
  const weights = new Float32Array(BANDS * BINS);
  const width = (mel(HIGHEST) - mel(LOWEST)) / (BANDS + 1);
  for (let band = 0; band < BANDS; band++)
    for (let bin = 1; bin < BINS; bin++) {
      const place = (mel((bin * SAMPLE_RATE) / WINDOW) - mel(LOWEST)) / width - band; // 0 to 2 within the band
      weights[band * BINS + bin] = Math.max(0, Math.min(place, 2 - place));
    }
  return weights;
}

/** Rows of the cosine transform, `[40, 128]`. */
function cosines(): Float32Array {
  const rows = new Float32Array(COEFFICIENTS * BANDS);
  for (let k = 0; k < COEFFICIENTS; k++)
    for (let b = 0; b < BANDS; b++)
      rows[k * BANDS + b] = Math.sqrt(2 / BANDS) * Math.cos((Math.PI * k * (b + 0.5)) / BANDS);
  return rows;
}
