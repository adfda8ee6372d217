import { describe, expect, it } from 'vitest';
import { atSpeed, inNoise, inRoom, throughChannel } from '../../src/features/alterations.ts';
import { convolve } from '../../src/features/filtering.ts';
import { Random } from '../../src/random.ts';

const RATE = 16_000;
const sine = (hz: number, length = RATE) =>
  Float32Array.from({ length }, (_, n) => 0.5 * Math.sin((2 * Math.PI * hz * n) / RATE));
const power = (samples: Float32Array) => samples.reduce((sum, x) => sum + x * x, 0) / samples.length;
const decibels = (ratio: number) => 10 * Math.log10(ratio);
/** amplitude of a frequency, by projection on it */
const amplitude = (samples: Float32Array, hz: number) => {
  let [re, im] = [0, 0];
  samples.forEach((x, n) => {
    re += x * Math.cos((2 * Math.PI * hz * n) / RATE);
    im += x * Math.sin((2 * Math.PI * hz * n) / RATE);
  });
  return (2 * Math.hypot(re, im)) / samples.length;
};
const middle = (samples: Float32Array) => samples.subarray(2000, samples.length - 2000);
const gainDb = (out: Float32Array, hz: number) => 2 * decibels(amplitude(middle(out), hz) / 0.5);

describe('convolution', () => {
  it('is the sum of delayed copies', () => {
    const random = new Random(1);
    const [x, h] = [37, 11].map((length) => Float32Array.from({ length }, () => random.normal()));
    const out = convolve(x!, h!);
    expect(out.length).toBe(37);
    for (let n = 0; n < 37; n++) {
      let sum = 0;
      for (let k = 0; k <= Math.min(n, 10); k++) sum += h![k]! * x![n - k]!;
      expect(out[n]).toBeCloseTo(sum, 5);
    }
  });
});

describe('another speed', () => {
  it('moves a tone and shortens it', async () => {
    const out = await atSpeed(sine(1000), 1.1);
    expect(out.length).toBe(Math.round(RATE / 1.1));
    expect(amplitude(middle(out), 1100)).toBeCloseTo(0.5, 2);
    expect(amplitude(middle(out), 1000)).toBeLessThan(0.02);
  });
});

describe('a room', () => {
  const click = new Float32Array(RATE);
  click[0] = 1;
  const response = inRoom(click, 0.5, 6, new Random(2));

  it('keeps the direct sound, and has the reverberation that was asked for beside it', () => {
    expect(response[0]).toBeCloseTo(1, 5);
    expect(decibels(1 / (power(response.subarray(1)) * (RATE - 1)))).toBeCloseTo(6, 3);
  });

  it('decays by 60 dB in the time that was asked for (Schroeder’s backward integral, from -5 to -25 dB)', () => {
    const left = new Float64Array(RATE + 1);
    for (let n = RATE - 1; n > 0; n--) left[n] = left[n + 1]! + response[n]! ** 2;
    const crosses = (level: number) =>
      left.findIndex((energy, n) => n > 0 && decibels(energy / left[1]!) < level) / RATE;
    expect(3 * (crosses(-25) - crosses(-5))).toBeGreaterThan(0.47);
    expect(3 * (crosses(-25) - crosses(-5))).toBeLessThan(0.53);
  });
});

describe('noise', () => {
  it.each([0, 10, 20])('stands %d dB below the recording', (ratio) => {
    const clean = sine(440);
    const out = inNoise(clean, ratio, 1, new Random(3));
    const noise = out.map((x, n) => x - clean[n]!);
    expect(decibels(power(clean) / power(noise))).toBeCloseTo(ratio, 1);
  });

  it.each([0, 1, 2])('falls by 3 dB an octave times its slope, %d', (slope) => {
    const quiet = sine(100, 8 * RATE).map((x) => 1e-6 * x);
    const noise = inNoise(quiet, -60, slope, new Random(4));
    const band = (low: number, high: number) => {
      const inside = throughChannel(noise, { lowest: low, highest: high, tiltDb: 0 });
      return power(inside) / (high - low);
    };
    const octaves = Math.log2(2400 / 600); // two bands of an octave, four times apart
    expect(decibels(band(2000, 2800) / band(500, 700)) / octaves).toBeCloseTo(-3.01 * slope, 0);
  });

  it('leaves silence silent', () => {
    expect(inNoise(new Float32Array(1000), 10, 0, new Random(5)).every((x) => x === 0)).toBe(true);
  });
});

describe('a channel', () => {
  it('lets its band through and cuts the rest: Butterworth magnitudes by hand', () => {
    const telephone = { lowest: 300, highest: 3400, tiltDb: 0 };
    expect(gainDb(throughChannel(sine(1000), telephone), 1000)).toBeCloseTo(0, 1);
    expect(gainDb(throughChannel(sine(300), telephone), 300)).toBeCloseTo(-3.01, 1);
    expect(gainDb(throughChannel(sine(150), telephone), 150)).toBeCloseTo(-24.1, 0); // 10 log10(1 + 2^8)
    expect(gainDb(throughChannel(sine(5100), telephone), 5100)).toBeCloseTo(-28.2, 0); // 10 log10(1 + 1.5^16)
  });

  it('tilts about 1 kHz', () => {
    const bright = { lowest: 0, highest: 1e6, tiltDb: 3 };
    expect(gainDb(throughChannel(sine(1000), bright), 1000)).toBeCloseTo(0, 1);
    expect(gainDb(throughChannel(sine(4000), bright), 4000)).toBeCloseTo(6, 1);
    expect(gainDb(throughChannel(sine(500), bright), 500)).toBeCloseTo(-3, 1);
  });
});
