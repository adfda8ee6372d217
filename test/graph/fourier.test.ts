import { expect, it } from 'vitest';
import { byFourier, type Matrix } from '../../src/graph/fourier.ts';
import { productsOf } from '../../src/graph/tiling.ts';
import { Random } from '../../src/random.ts';
import { difference } from './evaluate.ts';

const times = ({ data, shape: [rows, columns] }: Matrix, vector: readonly number[]) => {
  expect(vector).toHaveLength(columns);
  return Array.from({ length: rows }, (_, i) =>
    vector.reduce((sum, value, j) => sum + data[i * columns + j]! * value, 0),
  );
};

it.each([
  [1, 1],
  [2, 1],
  [5, 2],
  [6, 6],
  [9, 4],
  [32, 8],
  [57, 8],
])('length %d, %d taps: products of numbers give the convolution of its definition', (length, taps) => {
  const random = new Random(length);
  const [x, w] = [length, taps].map((count) => Array.from({ length: count }, () => random.normal())) as [
    number[],
    number[],
  ];
  const { products, forward, taps: ofTaps, back } = byFourier(length, taps);
  expect(products).toBe(productsOf(length));
  const factors = times(ofTaps, w);
  const z = times(
    back,
    times(forward, x).map((value, i) => value * factors[i]!),
  );
  expect(z).toHaveLength(length - taps + 1);
  const defined = z.map((_, n) => w.reduce((sum, tap, a) => sum + tap * x[n + a]!, 0));
  expect(difference(z, defined)).toBeLessThan(2e-6);
});
