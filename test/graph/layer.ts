import { expect } from 'vitest';
import { gradients } from '../../src/graph/backward.ts';
import { type ConvNormPoolOptions, convNormPool } from '../../src/graph/conv-norm-pool.ts';
import type { Filters } from '../../src/graph/convolution-gradients.ts';
import { firstConvNormPool } from '../../src/graph/first-conv-norm-pool.ts';
import * as f from '../../src/graph/functions.ts';
import { Graph, type Tensor } from '../../src/graph/graph.ts';
import type { Values } from '../../src/graph/session.ts';
import { known } from '../../src/graph/shapes.ts';
import { tapMoments } from '../../src/graph/tap-moments.ts';
import { Random } from '../../src/random.ts';
import { difference, normal, numbers, sumOf, values } from './evaluate.ts';

const EPSILON = 1e-5;

/** What a composite is tried with. */
export interface Case {
  /** channels, height and width of the input */
  readonly input: readonly [number, number, number];
  /** shape of the weights `[out, in, height, width]` and padding of each group */
  readonly groups: readonly (readonly [readonly [number, number, number, number], f.Padding])[];
  readonly pool: ConvNormPoolOptions['pool'];
  /** one for each channel */
  readonly gammas: readonly number[];
}

/** The shapes of the paper's two filter groups. */
export const TWO_SHAPES = [
  [
    [2, 1, 10, 2],
    [4, 0, 5, 1],
  ],
  [
    [2, 1, 2, 8],
    [0, 3, 1, 4],
  ],
] as const;

export type Layer = (
  x: Tensor,
  filters: Filters[],
  gamma: Tensor,
  beta: Tensor,
  pool: ConvNormPoolOptions['pool'],
) => Record<string, Tensor>;

export const composite: Layer = (x, filters, gamma, beta, pool) => ({
  ...convNormPool(x, filters, gamma, beta, { pool, epsilon: EPSILON }),
});

/** The composite of data, whose moments are computed beside it. */
export const first: Layer = (x, filters, gamma, beta, pool) => {
  const moments = filters.map(({ weight: { shape }, padding }) =>
    tapMoments(x, { height: known(shape, 2), width: known(shape, 3), padding }),
  );
  return { ...firstConvNormPool(x, filters, moments, gamma, beta, { pool, epsilon: EPSILON }) };
};

/** The same of plain operators: convolve, join, normalise by the batch's statistics, rectify, pool. */
export const composition: Layer = (x, filters, gamma, beta, pool) => {
  const z = f.concat(
    filters.map(({ weight, padding }) => f.conv(x, weight, padding)),
    1,
  );
  const perChannel = (t: Tensor) => f.reshape(t, [1, -1, 1, 1]);
  const mean = f.reduceMean(z, [0, 2, 3], true);
  const centred = f.sub(z, mean);
  const variance = f.reduceMean(f.mul(centred, centred), [0, 2, 3], true); // [1, channels, 1, 1]
  const normalised = f.div(centred, f.sqrt(f.add(variance, EPSILON)));
  const y = f.relu(f.add(f.mul(perChannel(gamma), normalised), perChannel(beta)));
  const n = f.div(f.sizeOf(z), f.sizeOf(gamma));
  return {
    output: pooled(y, pool),
    mean: f.reshape(mean, [-1]),
    variance: f.reshape(f.mul(variance, f.div(n, f.sub(n, 1))), [-1]),
  };
};

function pooled(y: Tensor, pool: ConvNormPoolOptions['pool']): Tensor {
  if (typeof pool === 'boolean') return pool ? f.maxPool(y) : y;
  const [down, across] = pool.map((window, axis) => meansOf(y.graph, known(y.shape, 2 + axis), window)) as [
    Tensor,
    Tensor,
  ];
  return f.matmul(f.matmul(down, y), f.transpose(across, [1, 0]));
}

/** A matrix whose rows take the mean of a side's cells, window by window; the last one has as many as there are. */
function meansOf(graph: Graph, side: number, window: number): Tensor {
  const rows = Array.from({ length: Math.ceil(side / window) }, (_, row) => {
    const own = Array.from({ length: side }, (_, cell) => Number(Math.floor(cell / window) === row));
    return own.map((value) => value / own.reduce((a, b) => a + b));
  });
  return graph.constant(Float32Array.from(rows.flat()), [rows.length, side]);
}

/**
 * A graph of the layer, with its results and, as `d...`, the gradients of sum(output r) for random numbers r that are fed; that of the
 * input too, unless it is data.
 */
export function graphOf({ input, groups, pool, gammas }: Case, layer: Layer, data = false) {
  const graph = new Graph();
  const x = graph.input('x', ['batch', ...input]);
  const filters = groups.map(([shape, padding], i) => ({ weight: graph.input(`weight${i}`, shape), padding }));
  const [gamma, beta] = [graph.input('gamma', [gammas.length]), graph.input('beta', [gammas.length])];
  const results = layer(x, filters, gamma, beta, pool);
  for (const [name, tensor] of Object.entries(results)) graph.output(name, tensor);
  const parameters = [...(data ? [] : [x]), ...filters.map(({ weight }) => weight), gamma, beta];
  const loss = sumOf(f.mul(results.output!, graph.input('r', results.output!.shape)));
  for (const [i, g] of gradients(graph, loss, parameters).entries()) graph.output(`d${parameters[i]!.name}`, g);
  return graph;
}

/** Random feeds for a batch of n, and the input at hand where one is given. */
export function feedsOf({ input, groups, pool, gammas }: Case, n: number, x?: Values): Record<string, Values> {
  const random = new Random(n);
  const [, height, width] = input;
  const [down, across] = typeof pool === 'boolean' ? (pool ? [2, 2] : [1, 1]) : pool;
  const size = [Math.ceil(height / down), Math.ceil(width / across)];
  return {
    x: x ?? normal(random, [n, ...input]),
    gamma: values(gammas, [gammas.length]),
    beta: normal(random, [gammas.length]),
    r: normal(random, [n, gammas.length, ...size]),
    ...Object.fromEntries(groups.map(([shape], i) => [`weight${i}`, normal(random, shape)])),
  };
}

/** A batch of three: one sample silent throughout, one from its middle on. */
export function withSilence(layer: Case): Record<string, Values> {
  const [channels, height, width] = layer.input;
  const x = normal(new Random(9), [3, ...layer.input]);
  const data = x.data as Float32Array;
  data.fill(0, 0, data.length / 3);
  for (let row = 0; row < channels * height; row++) {
    const start = data.length / 3 + row * width;
    data.fill(0, start + width / 2, start + width);
  }
  return feedsOf(layer, 3, x);
}

/** Every result of the composite lies near that of the composition. */
export function expectAgreement(got: Record<string, Values>, expected: Record<string, Values>): void {
  for (const [name, value] of Object.entries(expected)) {
    expect(got[name]!.shape, name).toEqual(value.shape);
    expect(difference(numbers(got[name]!), numbers(value)), name).toBeLessThan(1e-4);
  }
}
