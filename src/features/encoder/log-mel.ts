import { SAMPLE_RATE } from '../../audio/waveform.ts';
import * as f from '../../graph/functions.ts';
import type { Graph, Tensor } from '../../graph/graph.ts';

/** Hann windows of 25 ms every 10 ms. */
const WINDOW = 400;
const HOP = 160;
const BINS = WINDOW / 2 + 1;
export const MELS = 80;
/** What is quieter is this. */
const SMALLEST_POWER = 1e-10;
/** Decades below the loudest point of a segment, beyond which nothing is told apart. */
const DECADES = 8;

/**
 * Log-mel spectrograms as Whisper defines them: Radford et al. 2022, section 2.2 (https://arxiv.org/abs/2212.04356).
 * Frame i is centred at sample 160 i; before the first sample and after the last the sound is mirrored.
 *
 * @param samples `[n, samples]`, 16 kHz, a multiple of 160; of mean 0 and deviation 1, for an encoder that was trained so
 * @returns `[n, 80, samples / 160]`, about [-1, 1] for speech
 */
export function logMel(samples: Tensor): Tensor {
  const frames = (samples.shape[1] as number) / HOP;
  const signal = f.reshape(mirrored(samples), [0, 1, 1, -1]);
  const parts = f.conv(signal, windowedDft(samples.graph), [0, 0, 0, 0], undefined, [1, HOP]); // [n, 402, 1, frames + 1]
  const [real, imaginary] = [0, BINS].map((first) =>
    f.reshape(f.slice(parts, [1, 3], [first, 0], [first + BINS, frames]), [0, BINS, frames]),
  );
  const power = f.add(f.mul(real!, real!), f.mul(imaginary!, imaginary!)); // [n, 201, frames]
  const mel = f.matmul(samples.graph.constant(melFilters(), [MELS, BINS]), power); // [n, 80, frames]
  const decades = f.mul(f.log(f.maximum(mel, SMALLEST_POWER)), 1 / Math.LN10);
  const least = f.sub(f.reduceMax(decades, [1, 2], true), DECADES);
  return f.mul(f.add(f.maximum(decades, least), 4), 1 / 4);
}

/** Half a window more at both ends, mirrored about the first and the last sample. */
function mirrored(samples: Tensor): Tensor {
  const length = samples.shape[1] as number;
  const half = WINDOW / 2;
  const before = f.slice(samples, [1], [half], [0], [-1]); // samples half .. 1
  const after = f.slice(samples, [1], [length - 2], [length - 2 - half], [-1]);
  return f.concat([before, samples, after], 1);
}

/** Real parts, then imaginary parts, of the DFT's rows times the window (periodic Hann): `[402, 1, 1, 400]`. */
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

/** Slaney's scale: linear to 1 kHz, 15 mels, and 27 mels a factor of 6.4 above it. */
const BREAK = { hertz: 1000, mels: 15, step: Math.log(6.4) / 27 };
const hertzOf = (mels: number): number =>
  mels < BREAK.mels ? (mels * BREAK.hertz) / BREAK.mels : BREAK.hertz * Math.exp(BREAK.step * (mels - BREAK.mels));
const melsOf = (hertz: number): number =>
  hertz < BREAK.hertz ? (hertz * BREAK.mels) / BREAK.hertz : BREAK.mels + Math.log(hertz / BREAK.hertz) / BREAK.step;

/**
 * Triangles, evenly spaced from 0 to 8 kHz on Slaney's scale and each of area 1 (Slaney 1998, Auditory Toolbox, as librosa has them):
 * `[80, 201]`.
 */
function melFilters(): Float32Array {
  const top = melsOf(SAMPLE_RATE / 2);
  const corners = Array.from({ length: MELS + 2 }, (_, i) => hertzOf((top * i) / (MELS + 1)));
  const filters = new Float32Array(MELS * BINS);
  for (let mel = 0; mel < MELS; mel++) {
    const [low, middle, high] = corners.slice(mel, mel + 3) as [number, number, number];
    for (let bin = 0; bin < BINS; bin++) {
      const hertz = (bin * SAMPLE_RATE) / WINDOW;
      const height = Math.max(0, Math.min((hertz - low) / (middle - low), (high - hertz) / (high - middle)));
      filters[mel * BINS + bin] = (2 * height) / (high - low);
    }
  }
  return filters;
}
