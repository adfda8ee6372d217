import { describe, expect, it } from 'vitest';
import { fastest, rateOf, ratiosOf, type Tried, triedAgain } from '../../bench/race/choice.ts';
import { AS_INSTALLED } from '../../bench/variants.ts';

const tried = (mode: 'eager' | 'folded' | 'compile', outcomes: Tried['outcomes']): Tried => ({
  variant: { layout: 'channels_last', mode },
  allocator: AS_INSTALLED,
  outcomes,
});
const timing = (...seconds: number[]) => ({ seconds, peakRssMb: 1 });

it('a rate is that of the median repetition, with the segments of the discipline', () => {
  expect(rateOf('train', timing(3, 2, 1))).toBe(32);
  expect(rateOf('infer1', timing(0.01, 0.03))).toBe(50);
  expect(rateOf('infer16', timing(0.5))).toBe(32);
});

describe('the fastest variants', () => {
  const eager = tried('eager', { train: timing(2), infer1: timing(0.02) });
  const folded = tried('folded', { infer1: timing(0.01) });
  const compiled = tried('compile', { train: timing(1.5), infer1: { failed: 'AssertionError' } });

  it('are those of a discipline that work', () => {
    expect(fastest([eager, folded, compiled], 'train')).toEqual([compiled, eager]);
    expect(fastest([eager, folded, compiled], 'infer1')).toEqual([folded, eager]);
  });

  it('count by all their trials', () => {
    const again = triedAgain(triedAgain(compiled, 'train', timing(3)), 'train', timing(3, 4));
    expect(again.outcomes.train).toEqual(timing(1.5, 3, 3, 4));
    expect(fastest([again, eager], 'train')).toEqual([eager, again]);
    expect(triedAgain(compiled, 'train', { failed: 'KeyError' })).toEqual(compiled);
    expect(triedAgain(compiled, 'infer1', timing(1)).outcomes.infer1).toEqual(timing(1));
    expect(triedAgain(compiled, 'together', timing(2)).outcomes.together).toEqual(timing(2));
  });

  it('do not exist where all failed; the reasons are told once each', () => {
    const broken = tried('eager', { infer1: { failed: 'AssertionError' } });
    expect(() => fastest([compiled, broken], 'infer1')).toThrow(
      'PyTorch failed in every variant of infer1: AssertionError',
    );
  });
});

it('ratios are taken pair by pair: their median is not the ratio of the medians', () => {
  const laps = (...rates: number[]) => rates.map((segmentsPerSecond) => ({ segmentsPerSecond, peakRssMb: 1 }));
  expect(ratiosOf(laps(10, 30, 20), laps(20, 10, 10))).toEqual({ each: [0.5, 3, 2], median: 2, min: 0.5, max: 3 });
  expect(ratiosOf(laps(10, 40), laps(10, 20)).median).toBe(1.5);
});
