import { describe, expect, it } from 'vitest';
import { pairedBootstrap } from '../../src/statistics/paired-bootstrap.ts';

/** Ten neutral utterances a speaker, so many of them right. */
const neutral = (right: readonly number[]) => right.map((count) => [count, 0, 0, 0]);
const TEN = (speakers: number) => Array.from({ length: speakers }, () => [10, 0, 0, 0]);

describe('the bootstrap of a difference', () => {
  it('draws the same speakers for both systems', () => {
    // everybody gains one of ten, so every draw gains 0.1, however far speakers lie apart
    const [before, after] = [neutral([1, 3, 5, 6, 8, 9]), neutral([2, 4, 6, 7, 9, 10])];
    const { difference, systems } = pairedBootstrap([before, after], TEN(6), { seed: 1 });
    const { wa, ua } = difference(0, 1);
    for (const bound of [wa!.low, wa!.high, ua!.low, ua!.high]) expect(bound).toBeCloseTo(0.1, 12);
    expect(difference(1, 0).wa!.low).toBeCloseTo(-0.1, 12);
    expect(systems[0]!.wa!.high - systems[0]!.wa!.low).toBeGreaterThan(0.2);
  });

  it('comes near the percentiles of all 6^6 draws', () => {
    // numpy.percentile([sum(c) / 60 for c in itertools.product([3, 0, 3, 0, 1, -1], repeat=6)], [2.5, 97.5])
    const [before, after] = [neutral([3, 5, 6, 8, 9, 10]), neutral([6, 5, 9, 8, 10, 9])];
    const { wa } = pairedBootstrap([before, after], TEN(6), { seed: 3, draws: 20_000 }).difference(0, 1);
    expect(Math.abs(wa!.low - -0.016666666666666666)).toBeLessThanOrEqual(1 / 60 + 1e-9);
    expect(Math.abs(wa!.high - 0.21666666666666667)).toBeLessThanOrEqual(1 / 60 + 1e-9);
  });

  it('draws again what lacks a class, and counts it', () => {
    const supports = [...TEN(5), [0, 0, 10, 0]];
    const hits = supports.map((classes) => classes.map((count) => count / 2));
    const { redrawn, systems } = pairedBootstrap([hits, hits], supports, { seed: 5 });
    expect(systems[1]!.ua).toEqual({ low: 0.5, high: 0.5 });
    const part = redrawn / (redrawn + 2000); // a draw lacks the sixth speaker with probability (5/6)^6, or the others with (1/6)^6
    expect(Math.abs(part - 0.335)).toBeLessThan(0.035);
  });

  it('gives no intervals below six speakers', () => {
    const five = neutral([1, 2, 3, 4, 5]);
    const { systems, difference } = pairedBootstrap([five, five], TEN(5), { seed: 1 });
    expect(systems[0]).toEqual({ wa: null, ua: null });
    expect(difference(0, 1)).toEqual({ wa: null, ua: null });
  });
});
