import { describe, expect, it } from 'vitest';
import { convolutionGradients } from '../../src/graph/convolution-gradients.ts';
import { Graph } from '../../src/graph/graph.ts';
import { Random } from '../../src/random.ts';
import { type Convolution, terms } from './convolution.ts';
import { difference, evaluate, normal, numbers } from './evaluate.ts';

const CASES: Readonly<Record<string, Convolution & { matrix: readonly [number, number] }>> = {
  'by shifts': { weight: [5, 4, 3, 3], input: [6, 8], padding: [1, 1, 1, 1], matrix: [3 * 4, 5 * 3] },
  'by shifts, even kernels': { weight: [2, 4, 2, 4], input: [5, 7], padding: [0, 1, 1, 2], matrix: [4 * 4, 2 * 2] },
  'by shifts, all zeros below': { weight: [2, 4, 3, 3], input: [5, 7], padding: [0, 0, 2, 2], matrix: [3 * 4, 2 * 3] },
  'by patches': { weight: [9, 1, 3, 3], input: [6, 8], padding: [1, 1, 1, 1], matrix: [9, 9] },
  'by patches, one tap': { weight: [3, 2, 1, 1], input: [4, 4], padding: [0, 0, 0, 0], matrix: [2, 3] },
};

describe('gradients of a convolution against its definition', () => {
  it.each(Object.entries(CASES))('%s', async (_, convolution) => {
    const { weight, input, padding, matrix } = convolution;
    const graph = new Graph();
    const x = graph.input('x', [1, weight[1], ...input]);
    const w = graph.input('w', weight);
    const dz = graph.input('dz', [1, weight[0], ...input]);
    const { shape, add, finish } = convolutionGradients({ weight: w, padding });
    expect(shape).toEqual(matrix); // which of the two ways is taken
    const { sum, inputGradient } = add(x, dz, graph.input('sum', shape));
    graph.output('dw', finish(add(x, dz, sum).sum)); // the same sample twice, on top of what was there
    graph.output('start', finish(graph.inputs.at(-1)!));
    graph.output('dx', inputGradient(w));

    const random = new Random(1);
    const feeds = Object.fromEntries(graph.inputs.map((tensor) => [tensor.name, normal(random, tensor.shape)]));
    const results = await evaluate(graph, feeds);
    const [xs, ws, dzs] = [feeds.x!, feeds.w!, feeds.dz!].map(numbers) as [number[], number[], number[]];
    const dw = numbers(results.start!);
    const dx = xs.map(() => 0);
    for (const term of terms(convolution)) {
      dw[term.w]! += 2 * xs[term.x]! * dzs[term.z]!;
      dx[term.x]! += ws[term.w]! * dzs[term.z]!;
    }
    expect(results.dw!.shape).toEqual(weight);
    expect(difference(numbers(results.dw!), dw)).toBeLessThan(1e-5);
    expect(difference(numbers(results.dx!), dx)).toBeLessThan(1e-5);
  });
});
