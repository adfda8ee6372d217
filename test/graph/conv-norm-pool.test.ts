import { describe, expect, it } from 'vitest';
import { convNormPool } from '../../src/graph/conv-norm-pool.ts';
import { convolutionGradients } from '../../src/graph/convolution-gradients.ts';
import type * as f from '../../src/graph/functions.ts';
import { Graph } from '../../src/graph/graph.ts';
import { createSession } from '../../src/graph/session.ts';
import { difference, evaluate, numbers, values } from './evaluate.ts';
import {
  type Case,
  composite,
  composition,
  expectAgreement,
  feedsOf,
  graphOf,
  TWO_SHAPES,
  withSilence,
} from './layer.ts';

const SQUARE: f.Padding = [1, 1, 1, 1];
const CASES: Readonly<Record<string, Case>> = {
  'weight gradient by shifts': {
    input: [4, 6, 8],
    groups: [[[4, 4, 3, 3], SQUARE]],
    pool: true,
    gammas: [1, -0.5, 0.3, -2],
  },
  'weight gradient by patches': {
    input: [1, 6, 8],
    groups: [[[3, 1, 3, 3], SQUARE]],
    pool: true,
    gammas: [-1, 0.7, 1.5],
  },
  'by shifts, no pool': { input: [4, 5, 7], groups: [[[3, 4, 3, 3], SQUARE]], pool: false, gammas: [1, -0.5, 0] },
  'by shifts, an uneven kernel': {
    input: [4, 4, 6],
    groups: [
      [
        [2, 4, 2, 4],
        [0, 1, 1, 2],
      ],
    ],
    pool: true,
    gammas: [1, -0.5],
  },
  'by patches, no pool': { input: [1, 5, 7], groups: [[[3, 1, 3, 3], SQUARE]], pool: false, gammas: [1, 0, -0.5] },
  'the two filter groups of the first layer': {
    input: [1, 12, 10],
    groups: TWO_SHAPES,
    pool: true,
    gammas: [-1, 1, 0.6, -0.4],
  },
  'two filter groups, no pool': { input: [1, 11, 9], groups: TWO_SHAPES, pool: false, gammas: [-1, 1, 0.6, -0.4] },
  'by shifts, means over 2 x 2 of odd sides': {
    input: [4, 5, 7],
    groups: [[[3, 4, 3, 3], SQUARE]],
    pool: [2, 2],
    gammas: [1, -0.5, 0.3],
  },
  'a single tap': {
    input: [3, 4, 4],
    groups: [
      [
        [2, 3, 1, 1],
        [0, 0, 0, 0],
      ],
    ],
    pool: true,
    gammas: [0.8, -1.2],
  },
};

describe('convolution, batch norm, ReLU and pool as one composite, against its parts', () => {
  it('is tried with both ways to gather a weight gradient', () => {
    const rowsOf = (name: string) => {
      const [shape, padding] = CASES[name]!.groups[0]!;
      return convolutionGradients({ weight: new Graph().input('w', shape), padding }).shape;
    };
    expect(rowsOf('weight gradient by shifts')).toEqual([3 * 4, 3 * 4]); // kernel width * in, kernel height * out
    expect(rowsOf('weight gradient by patches')).toEqual([9, 3]); // taps, out
  });

  it.each(Object.entries(CASES))('%s: output, statistics and every gradient, batches of 1 to 5', async (_, layer) => {
    const one = await createSession(graphOf(layer, composite), { threads: 1 });
    const parts = await createSession(graphOf(layer, composition), { threads: 1 });
    for (const n of [1, 2, 3, 4, 5]) {
      const feeds = feedsOf(layer, n);
      expectAgreement(await one.run(feeds), await parts.run(feeds));
    }
    await one.close();
    await parts.close();
  });

  it.each(['weight gradient by shifts', 'the two filter groups of the first layer'])(
    '%s: windows of exact silence pass their gradient on once',
    async (name) => {
      const layer = CASES[name]!;
      const feeds = withSilence(layer);
      expectAgreement(
        await evaluate(graphOf(layer, composite), feeds),
        await evaluate(graphOf(layer, composition), feeds),
      );
    },
  );

  it('takes gamma 0 as the least gamma above 0 before a pool', async () => {
    const layer: Case = { ...CASES['weight gradient by shifts']!, gammas: [0, 0, 0, 0] };
    const feeds = { ...feedsOf(layer, 2), beta: values([1, 0.5, -1, 2], [4]) };
    const got = await evaluate(graphOf(layer, composite), feeds);
    // the composition's gradient is another there: normalised maps times 0 are ties, which share; so take its limit from above
    const tiny = { ...feeds, gamma: values([1e-3, 1e-3, 1e-3, 1e-3], [4]) };
    const { dgamma, dbeta } = await evaluate(graphOf(layer, composition), tiny);
    expect(difference(numbers(got.dgamma!), numbers(dgamma!))).toBeLessThan(1e-3);
    expect(difference(numbers(got.dbeta!), numbers(dbeta!))).toBeLessThan(1e-3);
    for (const name of ['dx', 'dweight0']) expect(numbers(got[name]!).every((value) => value === 0)).toBe(true);
  });

  it('refuses to pool odd sides', () => {
    const graph = new Graph();
    const filters = [{ weight: graph.input('w', [2, 1, 3, 3]), padding: [1, 1, 1, 1] as const }];
    const build = () =>
      convNormPool(
        graph.input('x', ['batch', 1, 50, 25]),
        filters,
        graph.input('gamma', [2]),
        graph.input('beta', [2]),
        {
          pool: true,
          epsilon: 1e-5,
        },
      );
    expect(build).toThrow(/needs even sides, got 50 x 25; pool after fewer layers/);
  });
});
