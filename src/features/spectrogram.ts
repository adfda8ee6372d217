import * as f from '../graph/functions.ts';
import type { Graph, Tensor } from '../graph/graph.ts';
import { SEGMENT_SAMPLES } from './segments.ts';

/** Hamming windows of 40 ms every 10 ms (section 2.1). */
const WINDOW = 640;
export const HOP = 160;
/** A DFT of 1600 points at 16 kHz has bins of 10 Hz; those below 4 kHz are kept. */
const DFT_POINTS = 1600;
export const BINS = 400;
export const FRAMES = SEGMENT_SAMPLES / HOP;
/** Elements in the spectrogram of one segment. */
export const SPECTROGRAM_SIZE = BINS * FRAMES;
/** Frame i covers samples [160 i - 240, 160 i + 400): its middle half stands at its 10 ms. */
const LEAD = (WINDOW - HOP) / 2;
/** mu of Eq. 1 */
const MU = 255;
/** Stands in for the range of digital silence, which has none. */
export const SMALLEST_RANGE = 1e-12;

/**
 * How magnitudes come to the range of the mu-law, for each segment by itself: divided by their maximum, to [0, 1], or stretched to
 * [-1, 1], the literal reading of section 2.1, which puts silence at -1, where the mu-law is flat.
 */
export const SCALINGS = ['peak', 'minmax'] as const;
export type Scaling = (typeof SCALINGS)[number];

/**
 * Spectrograms of segments, as the network wants them (section 2.1).
 *
 * @param samples `[n, 32000]`, 16 kHz
 * @returns `[n, 1, 400, 200]`: bins of 10 Hz from 0, frames of 10 ms; in [-1, 1]
 */
export const spectrogram = (samples: Tensor, scaling: Scaling): Tensor => muLaw(scale(magnitude(samples), scaling));

/** The grid of a spectrogram. */
export interface Grid {
  /** of the DFT: at 16 kHz 1600 have bins of 10 Hz */
  readonly points: number;
  /** that are kept, from 0 Hz up */
  readonly bins: number;
  /** length of a segment in samples, a multiple of 160 */
  readonly samples: number;
}
const PAPER: Grid = { points: DFT_POINTS, bins: BINS, samples: SEGMENT_SAMPLES };

/** Frames in segments of so many samples. */
export const framesIn = (samples: number): number => samples / HOP;

/** Magnitudes of the windowed DFT, `[n, 32000]` to `[n, 1, 400, 200]`, or on another grid. */
export function magnitude(samples: Tensor, grid: Grid = PAPER): Tensor {
  const { bins } = grid;
  const signal = f.reshape(samples, [-1, 1, 1, grid.samples]);
  const parts = f.conv(signal, windowedDft(samples.graph, grid), [0, LEAD, 0, LEAD], undefined, [1, HOP]); // [n, 800, 1, 200]
  const [real, imaginary] = [0, bins].map((first) => f.slice(parts, [1], [first], [first + bins]));
  const power = f.add(f.mul(real!, real!), f.mul(imaginary!, imaginary!));
  return f.reshape(f.sqrt(power), [-1, 1, bins, framesIn(grid.samples)]);
}

function scale(magnitudes: Tensor, scaling: Scaling): Tensor {
  const highest = f.reduceMax(magnitudes, [2, 3], true); // [n, 1, 1, 1]
  if (scaling === 'peak') return f.div(magnitudes, f.maximum(highest, SMALLEST_RANGE));
  const lowest = f.reduceMin(magnitudes, [2, 3], true);
  const range = f.maximum(f.sub(highest, lowest), SMALLEST_RANGE);
  return f.sub(f.mul(f.div(f.sub(magnitudes, lowest), range), 2), 1);
}

/** Eq. 1: sgn(x) ln(1 + mu |x|) / ln(1 + mu) */
const muLaw = (x: Tensor) => f.mul(f.sign(x), f.div(f.log(f.add(f.mul(f.abs(x), MU), 1)), Math.log(1 + MU)));

/** Real parts, then imaginary parts, of the DFT's rows times the window (periodic Hamming): `[800, 1, 1, 640]`. */
function windowedDft(graph: Graph, { bins, points }: Grid): Tensor {
  const rows = new Float32Array(2 * bins * WINDOW);
  for (let bin = 0; bin < bins; bin++)
    for (let t = 0; t < WINDOW; t++) {
      const window = 0.54 - 0.46 * Math.cos((2 * Math.PI * t) / WINDOW);
      const angle = (2 * Math.PI * ((bin * t) % points)) / points;
      rows[bin * WINDOW + t] = window * Math.cos(angle);
      rows[(bins + bin) * WINDOW + t] = -window * Math.sin(angle);
    }
  return graph.constant(rows, [2 * bins, 1, 1, WINDOW]);
}
