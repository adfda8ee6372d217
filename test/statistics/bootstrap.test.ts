import { describe, expect, it } from 'vitest';
import { bootstrapSpeakers } from '../../src/statistics/bootstrap.ts';
import type { Confusion } from '../../src/statistics/confusion.ts';

/** Ten utterances of one speaker, all of them neutral, `right` of them recognised. */
const neutral = (right: number): Confusion => [
  [right, 10 - right, 0, 0],
  [0, 0, 0, 0],
  [0, 0, 0, 0],
  [0, 0, 0, 0],
];

describe('the bootstrap over speakers', () => {
  it('comes near the percentiles of all 6^6 draws', () => {
    // numpy.percentile([sum(c) / 60 for c in itertools.product([3, 5, 6, 8, 9, 10], repeat=6)], [2.5, 97.5])
    const exact = { low: 0.4833333333333333, high: 0.8666666666666667 };
    const { wa } = bootstrapSpeakers([3, 5, 6, 8, 9, 10].map(neutral), { seed: 3, draws: 20_000 });
    expect(Math.abs(wa!.low - exact.low)).toBeLessThanOrEqual(1 / 60 + 1e-9);
    expect(Math.abs(wa!.high - exact.high)).toBeLessThanOrEqual(1 / 60 + 1e-9);
  });

  it('has no width where all speakers are alike', () => {
    const intervals = bootstrapSpeakers([7, 7, 7, 7, 7, 7].map(neutral), { seed: 1 });
    expect(intervals.wa).toEqual({ low: 0.7, high: 0.7 });
    expect(intervals.ua).toEqual({ low: 0.7, high: 0.7 });
    expect(intervals.macroF1!.low).toBeCloseTo((2 * 0.7) / 1.7, 12);
    expect(intervals).toMatchObject({ level: 0.95, speakers: 6, draws: 2000, redrawn: 0 });
    expect(intervals.note).toContain('6 speakers');
    expect(intervals.note).toContain('too narrow');
  });

  it('draws again what lacks a class, and counts it', () => {
    // only one of six speakers has an angry utterance, always wrong: a draw lacks it with probability (5/6)^6 = 0.335
    const angry: Confusion = [
      [10, 0, 0, 0],
      [0, 0, 0, 0],
      [1, 0, 0, 0],
      [0, 0, 0, 0],
    ];
    const { ua, redrawn, draws } = bootstrapSpeakers([...[10, 10, 10, 10, 10].map(neutral), angry], { seed: 5 });
    expect(ua).toEqual({ low: 0.5, high: 0.5 }); // neutral 1, angry 0, in every draw that counts
    const part = redrawn / (redrawn + draws);
    expect(part).toBeGreaterThan(0.3);
    expect(part).toBeLessThan(0.37);
  });

  it('gives none where nearly every draw lacks a class, and says so', () => {
    // of ten speakers with a class each, 10! / 10^10 of the draws have all: 1 in 2,756
    const own = Array.from({ length: 10 }, (_, speaker) =>
      Array.from({ length: 10 }, (_, c) => Array.from({ length: 10 }, (_, k) => (c === speaker && k === c ? 4 : 0))),
    );
    const intervals = bootstrapSpeakers(own, { seed: 1, draws: 40 });
    expect(intervals).toMatchObject({ wa: null, ua: null, macroF1: null, speakers: 10, draws: 0, redrawn: 2001 });
    expect(intervals.note).toContain('nearly every draw of speakers lacks a class');
  });

  it('repeats itself with the same seed only', () => {
    const speakers = [1, 3, 4, 6, 9, 10, 2, 7].map(neutral);
    const draw = (seed: number) => bootstrapSpeakers(speakers, { seed, draws: 101 });
    expect(draw(1)).toEqual(draw(1));
    expect([2, 3, 4].some((seed) => draw(seed).wa!.low !== draw(1).wa!.low)).toBe(true);
  });

  it('gives none below six speakers, and says so', () => {
    const intervals = bootstrapSpeakers([5, 6, 7, 8, 9].map(neutral), { seed: 1 });
    expect(intervals).toMatchObject({ wa: null, ua: null, macroF1: null, speakers: 5, draws: 0 });
    expect(intervals.note).toContain('at least 6');
  });
});
