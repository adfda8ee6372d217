/** Sine of amplitude 0.5 and phase 0: `[samples]`. */
export const sine = (hertz: number, rate: number, samples: number) =>
  Float32Array.from({ length: samples }, (_, i) => 0.5 * Math.sin((2 * Math.PI * hertz * i) / rate));

/** Root mean square of `samples[from]` to `samples[to - 1]`. */
export const rms = (samples: Float32Array, from = 0, to = samples.length) =>
  Math.sqrt(samples.subarray(from, to).reduce((sum, x) => sum + x * x, 0) / (to - from));

export const decibels = (ratio: number) => 20 * Math.log10(ratio);

/** Amplitude, phase (radians) and what is left (RMS) after fitting a sine of known frequency by projection. */
export function fitSine(samples: Float32Array, hertz: number, rate: number, from: number, to: number) {
  let [s, c] = [0, 0];
  for (let i = from; i < to; i++) {
    s += samples[i]! * Math.sin((2 * Math.PI * hertz * i) / rate);
    c += samples[i]! * Math.cos((2 * Math.PI * hertz * i) / rate);
  }
  [s, c] = [(2 * s) / (to - from), (2 * c) / (to - from)];
  const rest = samples.map(
    (x, i) => x - s * Math.sin((2 * Math.PI * hertz * i) / rate) - c * Math.cos((2 * Math.PI * hertz * i) / rate),
  );
  return { amplitude: Math.hypot(s, c), phase: Math.atan2(c, s), rest: rms(rest, from, to) };
}

/** The greatest normalised correlation of `b` with `a` over shifts of up to `most` samples; positive lag: `b` comes late. */
export function align(a: Float32Array, b: Float32Array, most: number) {
  let best = { correlation: -1, lag: 0 };
  for (let lag = -most; lag <= most; lag++) {
    let [ab, aa, bb] = [0, 0, 0];
    for (let i = Math.max(0, -lag); i < Math.min(a.length, b.length - lag); i++) {
      ab += a[i]! * b[i + lag]!;
      aa += a[i]! ** 2;
      bb += b[i + lag]! ** 2;
    }
    const correlation = ab / Math.sqrt(aa * bb);
    if (correlation > best.correlation) best = { correlation, lag };
  }
  return best;
}
