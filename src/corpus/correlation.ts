import { convolve } from '../features/filtering.ts';

/** Samples of the piece, 256 ms, by which the lag of two recordings is found. */
const PIECE = 4096;

/**
 * Root mean square over twice `hop`, every `hop`.
 *
 * @param power `[pieces]`, mean square of each piece of a recording
 * @param hop in pieces
 * @returns `[ceil(pieces / hop)]`; beyond the end is silence
 */
export function levelEnvelope(power: readonly number[], hop: number): Float32Array {
  const sums = new Float64Array(Math.ceil(power.length / hop) + 1);
  for (const [i, value] of power.entries()) sums[Math.floor(i / hop)]! += value;
  return Float32Array.from({ length: sums.length - 1 }, (_, i) => Math.sqrt((sums[i]! + sums[i + 1]!) / (2 * hop)));
}

/**
 * The greatest Pearson correlation of two level envelopes, where they overlap, over lags of up to `most` values either way; 1 for two
 * that do not change, as of silence.
 */
export function envelopeCorrelation(a: Float32Array, b: Float32Array, most: number): number {
  let best = -1;
  for (let lag = -most; lag <= most; lag++) {
    const [from, to] = overlap(a.length, b.length, lag);
    const count = to - from;
    if (count < 1) continue;
    let [sumA, sumB, aa, bb, ab] = [0, 0, 0, 0, 0];
    for (let i = from; i < to; i++) {
      const [x, y] = [a[i]!, b[i + lag]!];
      sumA += x;
      sumB += y;
      aa += x * x;
      bb += y * y;
      ab += x * y;
    }
    const [varA, varB] = [aa - sumA ** 2 / count, bb - sumB ** 2 / count];
    const flat = 1e-12 * count;
    if (varA <= flat && varB <= flat) return 1;
    if (varA > flat && varB > flat) best = Math.max(best, (ab - (sumA * sumB) / count) / Math.sqrt(varA * varB));
  }
  return best;
}

/**
 * The Pearson correlation that is greatest in amount, over the samples that overlap, for lags of up to `most` samples either way and to half
 * of the shorter recording. All lags are tried with the loudest piece of one recording, those around the best with the whole.
 *
 * @param a `[samples]`
 * @param b `[samples]`
 * @returns `correlation` in [-1, 1], 1 for two recordings of silence, 0 for one, and `lag`, the samples by which `b` is late
 */
export function bestCorrelation(a: Float32Array, b: Float32Array, most: number): { correlation: number; lag: number } {
  if (isConstant(a) && isConstant(b)) return { correlation: 1, lag: 0 };
  const shorter = Math.min(a.length, b.length);
  const limit = Math.min(most, Math.floor(shorter / 2));
  if (shorter < PIECE + 2 * limit) return search(a, b, -limit, limit);
  const from = loudest(a, limit, shorter - limit - PIECE);
  const lag = placeOf(a.subarray(from, from + PIECE), b.subarray(from - limit, from + PIECE + limit)) - limit;
  return search(a, b, Math.max(-limit, lag - 1), Math.min(limit, lag + 1));
}

const isConstant = (samples: Float32Array) => samples.every((sample) => sample === samples[0]);

/** Where the loudest piece begins, of those that begin in [first, last]. */
function loudest(samples: Float32Array, first: number, last: number): number {
  let best = { from: first, power: -1 };
  for (let from = first; from <= last; from += PIECE / 4) {
    const power = samples.subarray(from, from + PIECE).reduce((sum, x) => sum + x * x, 0);
    if (power > best.power) best = { from, power };
  }
  return best.from;
}

/** Where in `long` its samples are most like `piece`, turned over or not. */
function placeOf(piece: Float32Array, long: Float32Array): number {
  const mean = piece.reduce((sum, x) => sum + x, 0) / piece.length;
  const products = convolve(long, piece.map((x) => x - mean).reverse()).subarray(piece.length - 1);
  let best = { place: 0, likeness: 0 };
  let [sum, squares] = [0, 0];
  for (const [end, x] of long.entries()) {
    sum += x;
    squares += x * x;
    const place = end + 1 - piece.length;
    if (place < 0) continue;
    const power = squares - sum ** 2 / piece.length;
    const likeness = power > 1e-9 * squares ? products[place]! ** 2 / power : 0;
    if (likeness > best.likeness) best = { place, likeness };
    sum -= long[place]!;
    squares -= long[place]! ** 2;
  }
  return best.place;
}

function search(a: Float32Array, b: Float32Array, first: number, last: number): { correlation: number; lag: number } {
  let best = { correlation: 0, lag: first };
  for (let lag = first; lag <= last; lag++) {
    const correlation = correlationAt(a, b, lag);
    if (Math.abs(correlation) > Math.abs(best.correlation)) best = { correlation, lag };
  }
  return best;
}

/** Where one does not change over what they share, 0. */
function correlationAt(a: Float32Array, b: Float32Array, lag: number): number {
  const [from, to] = overlap(a.length, b.length, lag);
  let [sumA, sumB, aa, bb, ab] = [0, 0, 0, 0, 0];
  for (let i = from; i < to; i++) {
    const [x, y] = [a[i]!, b[i + lag]!];
    sumA += x;
    sumB += y;
    aa += x * x;
    bb += y * y;
    ab += x * y;
  }
  const count = to - from;
  const [varA, varB] = [aa - sumA ** 2 / count, bb - sumB ** 2 / count];
  const changes = varA > 1e-12 * aa && varB > 1e-12 * bb; // more than rounding
  return changes ? (ab - (sumA * sumB) / count) / Math.sqrt(varA * varB) : 0;
}

/** Samples of `a` that meet one of `b`, which is late by `lag`: from, to (excluded). */
const overlap = (a: number, b: number, lag: number): [number, number] => [Math.max(0, -lag), Math.min(a, b - lag)];
