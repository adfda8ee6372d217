import { describe, expect, it } from 'vitest';
import type { Padding } from '../../src/graph/functions.ts';
import { Graph } from '../../src/graph/graph.ts';
import type { Values } from '../../src/graph/session.ts';
import { batchMoments, tapMoments } from '../../src/graph/tap-moments.ts';
import { Random } from '../../src/random.ts';
import { evaluate, numbers, values } from './evaluate.ts';

const KERNEL = { height: 3, width: 2, padding: [1, 0, 1, 1] as Padding };
const TAPS = 6;

/** What each tap meets of some samples, by counting places: `[taps][positions]`. */
function met({ data, shape: [, , height, width] }: Values, samples: readonly number[]): number[][] {
  const [top, left] = KERNEL.padding;
  return Array.from({ length: TAPS }, (_, tap) =>
    samples.flatMap((s) =>
      Array.from({ length: height! * width! }, (_, position) => {
        const row = Math.floor(position / width!) + Math.floor(tap / KERNEL.width) - top;
        const column = (position % width!) + (tap % KERNEL.width) - left;
        const inside = row >= 0 && row < height! && column >= 0 && column < width!;
        return inside ? Number(data[(s * height! + row) * width! + column]) : 0;
      }),
    ),
  );
}

const mean = (list: readonly number[]) => list.reduce((a, b) => a + b) / list.length;
const covariance = (a: readonly number[], b: readonly number[]) =>
  mean(a.map((value, i) => (value - mean(a)) * (b[i]! - mean(b))));

/** Covariances within a thousandth of the taps' own deviations, also of a tap that meets no border. */
function expectMoments(means: readonly number[], covariances: readonly number[], taps: readonly number[][]): void {
  taps.forEach((a, i) => {
    expect(means[i]).toBeCloseTo(mean(a), 6);
    taps.forEach((b, j) => {
      const error = Math.abs(covariances[i * TAPS + j]! - covariance(a, b));
      expect(error).toBeLessThan(1e-3 * Math.sqrt(covariance(a, a) * covariance(b, b)));
    });
  });
}

describe.each([
  ['of mean 0', 0, 1],
  ['of mean 0.99 and deviation 0.003', 0.99, 0.003],
] as const)('the moments of what taps meet, of an input %s', (_, centre, deviation) => {
  const random = new Random(2);
  const x = values(
    Array.from({ length: 3 * 5 * 4 }, () => centre + deviation * random.normal()),
    [3, 1, 5, 4],
  );
  const run = () => {
    const graph = new Graph();
    const moments = tapMoments(graph.input('x', ['batch', 1, 5, 4]), KERNEL);
    const batch = batchMoments(moments);
    for (const [name, tensor] of Object.entries({ moments, ...batch })) graph.output(name, tensor);
    return evaluate(graph, { x });
  };

  it('are those of each sample by itself', async () => {
    const { moments } = await run();
    expect(moments!.shape).toEqual([3, 1 + TAPS, TAPS]);
    const rows = Array.from({ length: 3 * (1 + TAPS) }, (_, i) => numbers(moments!).slice(i * TAPS, (i + 1) * TAPS));
    for (const s of [0, 1, 2]) {
      const [means, ...covariances] = rows.slice(s * (1 + TAPS), (s + 1) * (1 + TAPS));
      expectMoments(means!, covariances.flat(), met(x, [s]));
    }
  });

  it('add up to those of the batch', async () => {
    const batch = await run();
    expectMoments(numbers(batch.mean!), numbers(batch.covariance!), met(x, [0, 1, 2]));
  });
});
