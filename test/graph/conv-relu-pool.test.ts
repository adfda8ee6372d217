import { describe, expect, it } from 'vitest';
import { gradients } from '../../src/graph/backward.ts';
import { convReluPool } from '../../src/graph/conv-relu-pool.ts';
import { convReluPoolInUse } from '../../src/graph/conv-relu-pool-in-use.ts';
import type { Filters } from '../../src/graph/convolution-gradients.ts';
import { forEachSample } from '../../src/graph/for-each-sample.ts';
import * as f from '../../src/graph/functions.ts';
import { Graph, type Tensor } from '../../src/graph/graph.ts';
import type { Values } from '../../src/graph/session.ts';
import { Random } from '../../src/random.ts';
import { difference, evaluate, normal, numbers, sumOf, values } from './evaluate.ts';

type Layer = (x: Tensor, filters: Filters, bias: Tensor) => Tensor;
interface Case {
  readonly input: readonly [number, number, number];
  readonly filters: readonly [number, number, number, number];
  readonly padding: f.Padding;
}
const CASES: Readonly<Record<string, Case>> = {
  'one channel, even sides': { input: [1, 8, 6], filters: [3, 1, 4, 3], padding: [1, 1, 2, 1] },
  'one channel, odd sides': { input: [1, 7, 5], filters: [2, 1, 3, 3], padding: [1, 1, 1, 1] },
  'several channels, even sides': { input: [3, 6, 8], filters: [2, 3, 3, 4], padding: [1, 1, 1, 2] },
  'by transforms along the height, even sides': { input: [16, 12, 8], filters: [24, 16, 8, 5], padding: [3, 2, 4, 2] },
  'by transforms along the height, odd sides': { input: [16, 11, 7], filters: [24, 16, 8, 5], padding: [3, 2, 4, 2] },
  'several channels, an odd width': { input: [3, 6, 7], filters: [2, 3, 3, 3], padding: [1, 1, 1, 1] },
};
const N = 3;

/** The same of plain operators; an odd last row or column is in no window of the pool. */
const composition: Layer = (x, { weight, padding }, bias) => {
  const z = f.relu(f.add(f.conv(x, weight, padding), f.reshape(bias, [1, -1, 1, 1])));
  const [height, width] = (x.shape.slice(2) as number[]).map((side) => side - (side % 2));
  return f.maxPool(f.slice(z, [2, 3], [0, 0], [height!, width!]));
};

/** The output, and as `d...` the gradients of sum(output r). */
function graphOf({ input, filters: shape, padding }: Case, layer: Layer): Graph {
  const graph = new Graph();
  const x = graph.input('x', ['batch', ...input]);
  const [weight, bias] = [graph.input('weight', shape), graph.input('bias', shape.slice(0, 1))];
  const output = layer(x, { weight, padding }, bias);
  graph.output('output', output);
  const loss = sumOf(f.mul(output, graph.input('r', output.shape)));
  graph.output('loss', loss);
  for (const [i, g] of gradients(graph, loss, [x, weight, bias]).entries())
    graph.output(['dx', 'dweight', 'dbias'][i]!, g);
  return graph;
}

function feedsOf({ input, filters }: Case): Record<string, Values> {
  const random = new Random(1);
  const [, inputs, rows, columns] = filters;
  const weight = numbers(normal(random, filters)).map((value) => value / Math.sqrt(inputs * rows * columns));
  return {
    x: normal(random, [N, ...input]),
    weight: values(weight, filters),
    bias: normal(random, filters.slice(0, 1)),
    r: normal(random, [N, filters[0], Math.floor(input[1] / 2), Math.floor(input[2] / 2)]),
  };
}

describe.each(Object.entries(CASES))('%s', (_, layer) => {
  const feeds = feedsOf(layer);
  it('is convolution, ReLU and pool, with their gradients', async () => {
    const expected = await evaluate(graphOf(layer, composition), feeds);
    const got = await evaluate(graphOf(layer, convReluPool), feeds);
    for (const name of ['output', 'dx', 'dweight', 'dbias'])
      expect(difference(numbers(got[name]!), numbers(expected[name]!)), name).toBeLessThan(1e-5);
  });

  it('is the same in use', async () => {
    const graph = new Graph();
    const x = graph.input('x', ['batch', ...layer.input]);
    const { outputs } = forEachSample([x], [], ([sample]) => ({
      outputs: [convReluPoolInUse(sample!, feeds.weight!, feeds.bias!, layer.padding)],
    }));
    graph.output('output', outputs[0]!);
    const { output } = await evaluate(graph, { x: feeds.x! });
    const expected = await evaluate(graphOf(layer, composition), feeds);
    expect(output!.shape).toEqual(expected.output!.shape);
    expect(difference(numbers(output!), numbers(expected.output!))).toBeLessThan(1e-5);
  });

  it('has the gradients of finite differences', async () => {
    const graph = graphOf(layer, convReluPool);
    const got = await evaluate(graph, feeds);
    for (const name of ['x', 'weight', 'bias']) {
      const at = Math.floor(numbers(feeds[name]!).length / 2);
      const lossAt = async (by: number) => {
        const data = Float32Array.from(numbers(feeds[name]!), (value, i) => (i === at ? value + by : value));
        return (await evaluate(graph, { ...feeds, [name]: { data, shape: feeds[name]!.shape } })).loss!
          .data[0] as number;
      };
      const slope = ((await lossAt(1e-3)) - (await lossAt(-1e-3))) / 2e-3;
      expect(Math.abs(slope - numbers(got[`d${name}`]!)[at]!), name).toBeLessThan(0.02);
    }
  });
});

it('shares a gradient among equal maxima, as of silence, whose sum stays the same', async () => {
  const layer = CASES['one channel, odd sides']!;
  const feeds = feedsOf(layer);
  const silent = { ...feeds, x: { ...feeds.x!, data: new Float32Array(feeds.x!.data.length).fill(-1) } };
  const got = await evaluate(graphOf(layer, convReluPool), silent);
  const expected = await evaluate(graphOf(layer, composition), silent);
  for (const name of ['dweight', 'dbias', 'dx'])
    expect(difference(numbers(got[name]!), numbers(expected[name]!)), name).toBeLessThan(1e-5);
});
