import { describe, expect, it } from 'vitest';
import { bestCorrelation, envelopeCorrelation, levelEnvelope } from '../../src/corpus/correlation.ts';
import { Random } from '../../src/random.ts';

const noise = (seed: number, length: number) => {
  const random = new Random(seed);
  return Float32Array.from({ length }, () => random.normal());
};
/** Noise below about 500 Hz, as speech has most of its power low. */
const low = (seed: number, length: number) => {
  const white = noise(seed, length + 32);
  return Float32Array.from({ length }, (_, n) => white.subarray(n, n + 32).reduce((sum, x) => sum + x) / 32);
};

describe('the best correlation', () => {
  it('is that of a calculation by hand', () => {
    // lag 1: the pairs (1, 1), (2, 2), (4, 4): 1; lag 0, about the means: (-1.5, 5), (-0.5, -3), (1.5, -2), (0.5, 0): -9 / sqrt(5 x 38)
    const [a, b] = [Float32Array.of(1, 2, 4, 3), Float32Array.of(9, 1, 2, 4)];
    const found = bestCorrelation(a, b, 1);
    expect(found.lag).toBe(1);
    expect(found.correlation).toBeCloseTo(1, 6);
    expect(bestCorrelation(a, b, 0).correlation).toBeCloseTo(-9 / Math.sqrt(5 * 38), 6);
  });

  it.each([0, 1, 7, 333, 800, -5, -800])('finds a copy that is late by %i samples', (lag) => {
    const long = low(3, 20_000);
    const [a, b] = lag >= 0 ? [long.subarray(lag), long] : [long, long.subarray(-lag)];
    const found = bestCorrelation(a, b, 800);
    expect(found.lag).toBe(lag);
    expect(found.correlation).toBeCloseTo(1, 6);
  });

  it('falls with noise as it must: 1 / sqrt(1 + noise power / signal power)', () => {
    const signal = low(1, 40_000);
    const power = signal.reduce((sum, x) => sum + x * x, 0) / signal.length;
    const added = noise(2, 40_000).map((x) => x * Math.sqrt(power * 0.25));
    const found = bestCorrelation(
      signal,
      signal.map((x, n) => x + added[n]!),
      800,
    );
    expect(found.correlation).toBeCloseTo(1 / Math.sqrt(1.25), 2);
  });

  it('is -1 for a copy turned over, and small for another sound', () => {
    const a = low(1, 16_000);
    expect(
      bestCorrelation(
        a,
        a.map((x) => -2 * x),
        800,
      ).correlation,
    ).toBeCloseTo(-1, 6);
    expect(Math.abs(bestCorrelation(a, low(2, 16_000), 800).correlation)).toBeLessThan(0.3);
  });

  it.each([3000, 9000, 40_000])('does not heed an offset, nor where the power lies, of %i samples', (length) => {
    const long = noise(7, length + 628).map((x, n, all) => x - 0.95 * (all[n - 1] ?? 0)); // most of it above 4 kHz
    const found = bestCorrelation(
      long.subarray(628),
      long.map((x) => 0.3 * x + 5),
      800,
    );
    expect(found.lag).toBe(628);
    expect(found.correlation).toBeCloseTo(1, 6);
  });

  it('is that of what two recordings share, where one is the beginning of the other', () => {
    const a = low(1, 40_000);
    expect(bestCorrelation(a.subarray(0, 15_000), a, 800)).toMatchObject({ lag: 0 });
    expect(bestCorrelation(a, a.subarray(100, 15_000), 800)).toMatchObject({ lag: -100 });
  });

  it('takes silence for silence and for nothing else', () => {
    expect(bestCorrelation(new Float32Array(1000), new Float32Array(1000), 800)).toEqual({ correlation: 1, lag: 0 });
    expect(bestCorrelation(new Float32Array(1000), low(1, 1000), 800).correlation).toBe(0);
  });
});

describe('the level envelope', () => {
  it('is the root mean square over two hops, every hop', () => {
    expect([...levelEnvelope([1, 4, 9], 1)]).toEqual(
      [2.5, 6.5, 4.5].map((power) => Math.fround(Math.sqrt(power))), // the half beyond the end is silent
    );
    expect([...levelEnvelope([1, 3, 5, 7, 8], 2)]).toEqual([4, 5, 2].map((power) => Math.fround(Math.sqrt(power))));
  });

  it('correlates by level over time, whatever the gain', () => {
    const a = Float32Array.of(0, 1, 4, 2, 0, 3, 1);
    expect(
      envelopeCorrelation(
        a,
        a.map((x) => 5 * x),
        0,
      ),
    ).toBeCloseTo(1, 12);
    expect(envelopeCorrelation(new Float32Array(5), new Float32Array(5), 2)).toBe(1);
  });
});
