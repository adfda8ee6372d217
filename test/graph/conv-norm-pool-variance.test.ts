import { describe, expect, it } from 'vitest';
import type * as f from '../../src/graph/functions.ts';
import type { Values } from '../../src/graph/session.ts';
import { Random } from '../../src/random.ts';
import { evaluate, numbers, values } from './evaluate.ts';
import { type Case, composite, feedsOf, graphOf } from './layer.ts';

describe('the variance of an input that is nearly constant', () => {
  /** Of each channel of x convolved with the weights, in float64: unbiased. */
  function variances(x: Values, weight: Values, [top, left]: f.Padding): number[] {
    const [n, inputs, height, width] = x.shape as [number, number, number, number];
    const [out, , kernelHeight, kernelWidth] = weight.shape as [number, number, number, number];
    const at = (s: number, c: number, y: number, t: number) =>
      y < 0 || y >= height || t < 0 || t >= width ? 0 : Number(x.data[((s * inputs + c) * height + y) * width + t]);
    return Array.from({ length: out }, (_, o) => {
      const z: number[] = [];
      for (let s = 0; s < n; s++)
        for (let y = 0; y < height; y++)
          for (let t = 0; t < width; t++) {
            let sum = 0;
            for (let c = 0; c < inputs; c++)
              for (let a = 0; a < kernelHeight; a++)
                for (let b = 0; b < kernelWidth; b++)
                  sum +=
                    at(s, c, y + a - top, t + b - left) *
                    Number(weight.data[((o * inputs + c) * kernelHeight + a) * kernelWidth + b]);
            z.push(sum);
          }
      const mean = z.reduce((a, b) => a + b) / z.length;
      return z.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (z.length - 1);
    });
  }

  it.each([
    ['mean 0.99, no border', 0.99, [2, 1, 1, 1], [0, 0, 0, 0]],
    ['mean -0.99, no border', -0.99, [2, 1, 1, 1], [0, 0, 0, 0]],
    ['mean 0.99, zeros around', 0.99, [2, 1, 3, 3], [1, 1, 1, 1]],
    ['mean -0.99, the first layer', -0.99, [2, 1, 10, 2], [4, 0, 5, 1]],
  ] as const)('%s: within a thousandth, and nothing is NaN', async (_, mean, shape, padding) => {
    const layer: Case = { input: [1, 40, 30], groups: [[shape, padding]], pool: true, gammas: [1, -1] };
    const random = new Random(4);
    const x = values(
      Array.from({ length: 2 * 40 * 30 }, () => mean + 0.003 * random.normal()),
      [2, 1, 40, 30],
    );
    const feeds = feedsOf(layer, 2, x);
    const results = await evaluate(graphOf(layer, composite), feeds);
    const exact = variances(x, feeds.weight0!, padding);
    numbers(results.variance!).forEach((variance, i) => {
      expect(Math.abs(variance / exact[i]! - 1)).toBeLessThan(0.001);
    });
    for (const [name, value] of Object.entries(results)) expect(numbers(value).every(Number.isFinite), name).toBe(true);
  });
});
