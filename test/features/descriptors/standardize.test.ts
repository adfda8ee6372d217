import { expect, it } from 'vitest';
import { momentsOf, standardized } from '../../../src/features/descriptors/standardize.ts';

it('brings each number to mean 0 and deviation 1 over the frames of all recordings', () => {
  const [short, long] = [Float32Array.of(1, 7, 5), Float32Array.of(2, 7, 1, 6, 7, 3)]; // frames of three numbers
  const moments = momentsOf([short, long], 3);
  expect([...moments.mean]).toEqual([3, 7, 3]); // of 1, 2, 6; of 7, 7, 7; of 5, 1, 3
  expect(moments.deviation[0]).toBeCloseTo(Math.sqrt((4 + 1 + 9) / 3), 6);
  expect(moments.deviation[1]).toBe(1); // it never changes
  expect(standardized(short, moments)[2]).toBeCloseTo(2 / Math.sqrt(8 / 3), 6);
});

it.each([0.1, -19.956, 0, 3e-30])(
  'leaves %d, which never changes, at deviation 1, whatever its sum is rounded to',
  (value) => {
    const { deviation } = momentsOf([new Float32Array(1000).fill(value)], 1);
    expect(deviation[0]).toBe(1);
  },
);
