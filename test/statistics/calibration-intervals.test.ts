import { describe, expect, it } from 'vitest';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import { calibrationIntervals } from '../../src/statistics/calibration-intervals.ts';
import type { Prediction } from '../../src/statistics/prediction.ts';

/** Ten answers of one speaker, all neutral at 0.7, so many of them right. */
const speaker = (name: string, right: number): Prediction[] =>
  Array.from({ length: 10 }, (_, i) => ({
    ...{ utterance: `${name}${i}`, speaker: name, fold: name, predicted: 'neutral' },
    emotion: i < right ? 'neutral' : 'sad',
    probabilities: [0.7, 0.1, 0.1, 0.1],
  }));

describe('intervals of calibration', () => {
  it('are points where speakers do not differ (by hand)', () => {
    const same = ['a', 'b', 'c', 'd', 'e', 'f'].flatMap((name) => speaker(name, 7));
    const { brier, nll } = calibrationIntervals(same, EMOTIONS, { seed: 1, draws: 50 })!;
    const expected = {
      brier: 0.7 * (0.09 + 0.03) + 0.3 * (0.49 + 0.81 + 0.02),
      nll: -0.7 * Math.log(0.7) - 0.3 * Math.log(0.1),
    };
    for (const [interval, value] of [
      [brier, expected.brier],
      [nll, expected.nll],
    ] as const) {
      expect(interval.low).toBeCloseTo(value, 10);
      expect(interval.high).toBeCloseTo(value, 10);
    }
  });

  it('hold the figure and lie within those of the best and the worst speaker where speakers differ', () => {
    const mixed = [4, 5, 6, 8, 9, 10].flatMap((right, i) => speaker('abcdef'[i]!, right));
    const { brier } = calibrationIntervals(mixed, EMOTIONS, { seed: 1 })!;
    const of = (share: number) => share * 0.12 + (1 - share) * 1.32;
    expect(brier.low).toBeGreaterThan(of(1));
    expect(brier.low).toBeLessThan(of(0.7));
    expect(brier.high).toBeGreaterThan(of(0.7));
    expect(brier.high).toBeLessThan(of(0.4));
  });

  it('take six speakers', () => {
    expect(calibrationIntervals(speaker('a', 7), EMOTIONS, { seed: 1 })).toBeNull();
  });
});
