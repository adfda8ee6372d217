import { describe, expect, it } from 'vitest';
import { studentQuantile } from '../../src/statistics/student-t.ts';

/** SciPy 1.17.1: [scipy.stats.t.ppf(0.975, n) for n in (1, 2, 3, 5, 6, 9, 10, 23, 30, 100, 999)] */
const AT_975: readonly (readonly [degrees: number, t: number])[] = [
  [1, 12.706204736174694],
  [2, 4.302652729749462],
  [3, 3.1824463052837078],
  [5, 2.5705818356363146],
  [6, 2.4469118511449786],
  [9, 2.262157162798205],
  [10, 2.228138851986274],
  [23, 2.0686576104190486],
  [30, 2.0422724563012378],
  [100, 1.9839715185235518],
  [999, 1.9623414611334493],
];

describe("quantiles of Student's t", () => {
  it.each(AT_975)('agree with SciPy at 97.5 %% and %d degrees of freedom', (degrees, t) => {
    expect(Math.abs(studentQuantile(0.975, degrees) / t - 1)).toBeLessThan(1e-12);
  });

  it('agree with SciPy at other levels', () => {
    expect(studentQuantile(0.9, 4)).toBeCloseTo(1.533206274058944, 12); // scipy.stats.t.ppf(0.9, 4)
    expect(studentQuantile(0.995, 7)).toBeCloseTo(3.4994832973504924, 12); // scipy.stats.t.ppf(0.995, 7)
    expect(studentQuantile(0.5, 9)).toBeCloseTo(0, 12);
  });
});
