import * as f from '../graph/functions.ts';
import type { Tensor } from '../graph/graph.ts';
import { type Grid, magnitude, SMALLEST_RANGE } from './spectrogram.ts';

/** Of decibels below the loudest of a segment: from the floor at -1 to the loudest at 1, or at mean 0 and deviation 1. */
export type LogScaling = 'peak' | 'standardize';
export const LOG_SCALINGS: readonly LogScaling[] = ['peak', 'standardize'];

/** Nepers (0.9 dB): stands in for the deviation of digital silence, which is that of rounding. */
const SMALLEST_DEVIATION = 0.1;
/** The highest frequency, Hz. */
const LIMIT = 4000;
const SAMPLE_RATE = 16_000;

/** The grid with bins of so many Hz below 4 kHz, for segments of so many samples. */
export const gridOf = (binHertz: number, samples: number): Grid => ({
  ...{ points: SAMPLE_RATE / binHertz, bins: LIMIT / binHertz, samples },
});

/**
 * Log-magnitude spectrograms of segments, as Satt et al. 2017 take them: Hamming windows of 40 ms every 10 ms, 0 to 4 kHz. With m the
 * magnitudes, D the floor in dB, and all of one segment:
 *
 *     d = 20 log10(max(m / max(m), 10^(-D / 20)));  peak: 1 + 2 d / D;  standardize: (d - mean(d)) / deviation(d)
 *
 * Where it is digital silence, all is the floor: -1, or 0.
 *
 * @param samples `[n, samples]`, 16 kHz
 * @returns `[n, 1, bins, frames]`
 */
export function logSpectrogram(samples: Tensor, grid: Grid, scaling: LogScaling, floorDecibels: number): Tensor {
  const magnitudes = magnitude(samples, grid);
  const highest = f.maximum(f.reduceMax(magnitudes, [1, 2, 3], true), SMALLEST_RANGE);
  const nepers = f.log(f.maximum(f.div(magnitudes, highest), 10 ** (-floorDecibels / 20)));
  if (scaling === 'peak') return f.add(f.mul(nepers, 40 / (Math.LN10 * floorDecibels)), 1);
  const above = f.add(nepers, (Math.LN10 * floorDecibels) / 20); // of the floor, so that the mean of silence is exact
  const centred = f.sub(above, f.reduceMean(above, [1, 2, 3], true));
  const variance = f.reduceMean(f.mul(centred, centred), [1, 2, 3], true);
  return f.div(centred, f.maximum(f.sqrt(variance), SMALLEST_DEVIATION));
}
