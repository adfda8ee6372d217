import { SAMPLE_RATE } from '../audio/waveform.ts';

/** Samples from one value of the envelope to the next: 10 ms. */
const HOP = SAMPLE_RATE / 100;
/** The coarse search sees every 8th of the smoothed samples, that is up to 1 kHz, where the power of speech lies. */
const COARSE = 8;

/**
 * Root mean square over 20 ms, every 10 ms.
 *
 * @param samples `[samples]` at 16 kHz
 * @returns `[ceil(samples / 160)]`
 */
export function levelEnvelope(samples: Float32Array): Float32Array {
  const power = new Float64Array(Math.ceil(samples.length / HOP) + 1);
  for (let n = 0; n < samples.length; n++) power[Math.floor(n / HOP)]! += samples[n]! ** 2;
  return Float32Array.from({ length: power.length - 1 }, (_, i) => Math.sqrt((power[i]! + power[i + 1]!) / (2 * HOP)));
}

/**
 * The greatest Pearson correlation of two level envelopes over lags of up to `lagSeconds` either way; 1 for two that do not change,
 * as of silence.
 */
export function envelopeCorrelation(a: Float32Array, b: Float32Array, lagSeconds: number): number {
  const most = Math.ceil(lagSeconds * 100);
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
 * The normalised correlation that is greatest in amount, sum(a b) / sqrt(sum(a^2) sum(b^2)) over the samples that overlap, for lags of
 * up to `most` samples either way: a search over smoothed, thinned samples, then every lag around what it found.
 *
 * @param a `[samples]` at 16 kHz
 * @param b `[samples]`
 * @returns `correlation` in [-1, 1], 1 where both are digital silence, and `lag`, the samples by which `b` is late
 */
export function bestCorrelation(a: Float32Array, b: Float32Array, most: number): { correlation: number; lag: number } {
  const coarse = search(thin(a), thin(b), -Math.ceil(most / COARSE), Math.ceil(most / COARSE));
  const around = coarse.lag * COARSE;
  return search(a, b, Math.max(-most, around - COARSE), Math.min(most, around + COARSE));
}

function search(a: Float32Array, b: Float32Array, first: number, last: number): { correlation: number; lag: number } {
  let best = { correlation: 0, lag: first };
  for (let lag = first; lag <= last; lag++) {
    const correlation = correlationAt(a, b, lag);
    const better = Math.abs(correlation) - Math.abs(best.correlation);
    if (better > 0 || (better === 0 && Math.abs(lag) < Math.abs(best.lag))) best = { correlation, lag };
  }
  return best;
}

function correlationAt(a: Float32Array, b: Float32Array, lag: number): number {
  const [from, to] = overlap(a.length, b.length, lag);
  let [aa, bb, ab] = [0, 0, 0];
  for (let i = from; i < to; i++) {
    const [x, y] = [a[i]!, b[i + lag]!];
    aa += x * x;
    bb += y * y;
    ab += x * y;
  }
  if (aa === 0 && bb === 0) return 1;
  return aa && bb ? ab / Math.sqrt(aa * bb) : 0;
}

/** Samples of `a` that meet one of `b`, which is late by `lag`: from, to (excluded). */
const overlap = (a: number, b: number, lag: number): [number, number] => [Math.max(0, -lag), Math.min(a, b - lag)];

/** Means of {@link COARSE} samples. */
const thin = (samples: Float32Array): Float32Array =>
  Float32Array.from({ length: Math.ceil(samples.length / COARSE) }, (_, i) => {
    let sum = 0;
    for (let n = i * COARSE; n < (i + 1) * COARSE; n++) sum += samples[n] ?? 0;
    return sum / COARSE;
  });
