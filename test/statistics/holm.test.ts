import { describe, expect, it } from 'vitest';
import { holm } from '../../src/statistics/holm.ts';

const close = (p: readonly number[], expected: readonly number[]) =>
  expect(holm(p)).toEqual(expected.map((value) => expect.closeTo(value, 12)));

describe("Holm's correction", () => {
  it('multiplies the smallest by their number, the next by one less, and keeps them in order', () => {
    // ascending: 4 x 0.005, 3 x 0.01, 2 x 0.03, and 1 x 0.04, which may not be below the one before
    close([0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02]);
  });

  it('treats equal values alike and stops at 1', () => {
    close([0.02, 0.5, 0.02, 0.9], [0.08, 1, 0.08, 1]);
  });

  it('leaves a single value as it is', () => {
    close([0.03], [0.03]);
    close([], []);
  });
});
