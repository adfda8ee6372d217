import { describe, expect, it } from 'vitest';
import { createSession } from '../../src/graph/session.ts';
import { Random } from '../../src/random.ts';
import { evaluate, values } from './evaluate.ts';
import { type Case, composition, expectAgreement, feedsOf, first, graphOf, TWO_SHAPES, withSilence } from './layer.ts';

const gammas = [-1, 1, 0.6, -0.4];
const POOLED: Case = { input: [1, 12, 10], groups: TWO_SHAPES, pool: true, gammas };
const CASES: Readonly<Record<string, Case>> = {
  'the two filter groups of the paper': POOLED,
  'two filter groups, no pool': { input: [1, 11, 9], groups: TWO_SHAPES, pool: false, gammas },
  'two filter groups, means over 2 x 2': { ...POOLED, pool: [2, 2] },
  'two filter groups, means over 2 x 2 of odd sides': { ...POOLED, input: [1, 11, 9], pool: [2, 2] },
  'two filter groups, means over 1 x 2': { ...POOLED, input: [1, 7, 9], pool: [1, 2] },
  'one group': {
    input: [1, 6, 8],
    groups: [
      [
        [3, 1, 3, 3],
        [1, 1, 1, 1],
      ],
    ],
    pool: true,
    gammas: [-1, 0.7, 1.5],
  },
};

describe('the first layer by the moments of its taps, against convolution, batch norm, ReLU and pool', () => {
  it.each(Object.entries(CASES))('%s: output, statistics and every gradient, batches of 1 to 5', async (_, layer) => {
    const one = await createSession(graphOf(layer, first, true), { threads: 1 });
    const parts = await createSession(graphOf(layer, composition, true), { threads: 1 });
    for (const n of [1, 2, 5]) {
      const feeds = feedsOf(layer, n);
      expectAgreement(await one.run(feeds), await parts.run(feeds));
    }
    await one.close();
    await parts.close();
  });

  it('windows of exact silence pass their gradient on once', async () => {
    const feeds = withSilence(POOLED);
    expectAgreement(
      await evaluate(graphOf(POOLED, first, true), feeds),
      await evaluate(graphOf(POOLED, composition, true), feeds),
    );
  });

  it.each([0.99, -0.99])('an input that is nearly constant, mean %d, deviation 0.003', async (mean) => {
    const layer: Case = { ...POOLED, input: [1, 40, 30] };
    const random = new Random(4);
    const x = values(
      Array.from({ length: 4 * 40 * 30 }, () => mean + 0.003 * random.normal()),
      [4, 1, 40, 30],
    );
    const feeds = feedsOf(layer, 4, x);
    expectAgreement(
      await evaluate(graphOf(layer, first, true), feeds),
      await evaluate(graphOf(layer, composition, true), feeds),
    );
  });

  it('has no gradient of its input', () => {
    expect(() => graphOf(POOLED, first)).toThrow(/input of firstConvNormPool has no gradient; use convNormPool/);
  });
});
