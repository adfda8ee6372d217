import { describe, expect, it } from 'vitest';
import { linearityOf, sentenceOf } from '../../bench/growth/linearity.ts';

/** Points at 1, 2, 4, ... that should all be as fast. */
const flat = (...rates: number[]) => rates.map((segmentsPerS, i) => ({ x: 2 ** i, segmentsPerS, ideal: 1 }));

describe('where a curve is linear', () => {
  it('is everywhere while no point is more than a tenth below proportional', () => {
    expect(linearityOf(flat(40, 36.1, 39, 40))).toEqual({ from: 1, until: 8, best: 40 });
  });

  it('ends before the first point that is', () => {
    const { from, until, fall } = linearityOf(flat(40, 40, 30, 20));
    expect([from, until]).toEqual([1, 2]);
    expect(fall).toEqual({ at: 4, below: 0.25 });
  });

  it('begins where the speed comes near its best', () => {
    const { from, until, rise, fall } = linearityOf(flat(10, 30, 38, 40, 39));
    expect([from, until]).toEqual([4, 16]);
    expect(rise).toEqual({ at: 1, below: 0.75 });
    expect(fall).toBeUndefined();
  });

  it('is measured against the best so far, not against a later one', () => {
    // 9.5 is within a tenth of the best, 10.5; 9.4 falls more than a tenth below that
    const { from, until, fall } = linearityOf(flat(9.5, 10, 10.5, 9.4));
    expect([from, until]).toEqual([1, 4]);
    expect(fall!.at).toBe(8);
    expect(fall!.below).toBeCloseTo(1.1 / 10.5, 12);
  });

  it('takes more cores for more speed', () => {
    const cores = [1, 2, 4].map((x, i) => ({ x, segmentsPerS: [30, 56, 80][i]!, ideal: x }));
    const { from, until, best, fall } = linearityOf(cores);
    expect({ from, until, best }).toEqual({ from: 1, until: 2, best: 30 }); // 28 a core with two
    expect(fall!.at).toBe(4);
    expect(fall!.below).toBeCloseTo(1 / 3, 12); // 20 a core with four
  });

  it('takes a wider network for more work', () => {
    const widths = [
      { x: 1, segmentsPerS: 40, ideal: 1 },
      { x: 2, segmentsPerS: 10, ideal: 1 / 4 },
      { x: 4, segmentsPerS: 1.25, ideal: 1 / 16 },
    ];
    expect(linearityOf(widths)).toEqual({ from: 1, until: 2, best: 40, fall: { at: 4, below: 0.5 } });
  });
});

describe('in words', () => {
  it.each([
    [flat(40, 40), 'linear from 1 to 2, the largest measured'],
    [flat(40, 30), 'linear at 1 alone; after that slower than proportional, at 2 by 25 %'],
    [
      flat(20, 40, 40, 30),
      'linear from 2 to 4; before that slower than proportional, at 1 by 50 %; after that slower than proportional, at 8 by 25 %',
    ],
    [[500, 50_000].map((x) => ({ x, segmentsPerS: 40, ideal: 1 })), 'linear from 500 to 50,000, the largest measured'],
  ])('%#', (points, sentence) => {
    expect(sentenceOf(linearityOf(points))).toBe(sentence);
  });
});
