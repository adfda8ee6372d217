import { describe, expect, it } from 'vitest';
import { permutationTest } from '../../src/statistics/permutation.ts';

const SEED = { seed: 1 };
const times = (count: number, share: number) => Array.from({ length: count }, () => share);

describe('the permutation test over speakers', () => {
  it('looks at all 8 swaps of three speakers', () => {
    // +-3 +-1 +-1: 5 3 3 1 and their opposites; the sum observed is 3
    const test = permutationTest([3, 1, -1], SEED);
    expect(test).toEqual({ p: 6 / 8, smallestP: 2 / 8, swaps: 8, exact: true });
    expect(permutationTest([3, 1, 1], SEED).p).toBe(2 / 8);
    expect(permutationTest([-3, -1, -1], SEED).p).toBe(2 / 8);
  });

  it('counts differences as equal that rounding alone keeps apart', () => {
    expect(permutationTest([0.1, 0.2, -0.3, 0.3], SEED).p).toBe(12 / 16); // the last two together: 0.6, 0, 0 or -0.6
  });

  it('finds nothing where nothing differs', () => {
    expect(permutationTest([0, 0, 0, 0], SEED).p).toBe(1);
    expect(permutationTest([0.4], SEED)).toMatchObject({ p: 1, smallestP: 1 });
  });

  it('agrees with scipy.stats.permutation_test', () => {
    // SciPy 1.17.1: permutation_test((d, -d), half the difference of sums, permutation_type='samples', n_resamples=inf)
    const shares = [0.03, -0.01, 0.02, 0.05, 0, -0.02, 0.04, 0.01, -0.015];
    expect(permutationTest(shares, SEED).p).toBe(0.21875);
  });

  it('looks at all of them up to 16 speakers', () => {
    expect(permutationTest(times(16, 0.1), SEED)).toEqual({
      p: 2 / 65536,
      smallestP: 2 / 65536,
      swaps: 65536,
      exact: true,
    });
  });

  it('draws swaps from 17 speakers on, and never finds a p of zero', () => {
    const expected = { p: 1 / 20_001, smallestP: 1 / 20_001, swaps: 20_000, exact: false };
    expect(permutationTest(times(30, 0.1), SEED)).toEqual(expected); // two swaps in 2^30 are as great
    const few = permutationTest(times(30, 0.1), { seed: 1, draws: 99 });
    expect(few).toMatchObject({ p: 1 / 100, swaps: 99 });
  });

  it('comes near the exact p with drawn swaps, by a seed', () => {
    // four speakers differ, all the same way: 2 of 16 swaps of them are as great, whatever the others do
    const shares = [...times(4, 0.25), ...times(13, 0)];
    const { p } = permutationTest(shares, SEED);
    expect(Math.abs(p - 2 / 16)).toBeLessThan(4 * Math.sqrt(((2 / 16) * (14 / 16)) / 20_000));
    expect(permutationTest(shares, SEED).p).toBe(p);
    expect([2, 3, 4].some((seed) => permutationTest(shares, { seed }).p !== p)).toBe(true);
  });
});
