import { describe, expect, it } from 'vitest';
import { Graph } from '../../../src/graph/graph.ts';
import { DEFAULT_ARCHITECTURE } from '../../../src/model/architecture.ts';
import type { CnnArchitecture } from '../../../src/model/cnn/architecture.ts';
import { HEADS } from '../../../src/model/cnn/heads.ts';
import { evaluate, numbers, values } from '../../graph/evaluate.ts';

/** One sample of two channels, [1 2; 3 4] and [-1 0; 0 -1]. */
const MAPS = values([1, 2, 3, 4, -1, 0, 0, -1], [1, 2, 2, 2]);

async function logits(
  architecture: CnnArchitecture,
  weight: readonly number[],
  bias: readonly number[],
): Promise<number[]> {
  const feeds = {
    maps: MAPS,
    'fc.weight': values(weight, [bias.length, weight.length / bias.length]),
    'fc.bias': values(bias, [bias.length]),
  };
  const graph = new Graph();
  const tensors = Object.fromEntries(
    Object.entries(feeds).map(([name, { shape }]) => [name, graph.input(name, shape)]),
  );
  graph.output('logits', HEADS[architecture.pooling](tensors.maps!, tensors, architecture));
  return numbers((await evaluate(graph, feeds)).logits!);
}

describe('global average pooling', () => {
  it('gives each class its weighted sum of the means, and its bias', async () => {
    // means 2.5 and -0.5
    expect(await logits({ ...DEFAULT_ARCHITECTURE, pooling: 'gap' }, [1, 1, 2, -4], [0, 10])).toEqual([2, 17]);
  });
});

describe('bilinear pooling', () => {
  /** Mean outer product of (1, -1), (2, 0), (3, 0), (4, -1): products 30, -5, -5, 2, over 4. */
  const OUTER = [7.5, -1.25, -1.25, 0.5];
  const signedSqrt = (values: readonly number[]) =>
    values.map((value) => Math.sign(value) * Math.sqrt(Math.abs(value)));
  const unit = (values: readonly number[]) => values.map((value) => value / Math.hypot(...values));
  const identity = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

  it.each([
    ['sqrt-first', unit(signedSqrt(OUTER))],
    ['l2-first', signedSqrt(unit(OUTER))],
  ] as const)('%s', async (bilinearNorm, expected) => {
    const got = await logits({ ...DEFAULT_ARCHITECTURE, pooling: 'bilinear', bilinearNorm }, identity, [0, 0, 0, 1]);
    expected.forEach((value, i) => {
      expect(got[i]).toBeCloseTo(value + (i === 3 ? 1 : 0), 5);
    });
  });
});
