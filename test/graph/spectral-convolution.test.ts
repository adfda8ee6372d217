import { describe, expect, it } from 'vitest';
import { Graph } from '../../src/graph/graph.ts';
import { spectralConvolution, spectralWhereItPays } from '../../src/graph/spectral-convolution.ts';
import { tilingOf } from '../../src/graph/tiling.ts';
import { DEFAULT_CNN, layers } from '../../src/model/cnn/architecture.ts';
import { Random } from '../../src/random.ts';
import { type Convolution, terms } from './convolution.ts';
import { difference, evaluate, normal, numbers } from './evaluate.ts';

const tiling = (rows: number, tiles: number, taps: number) => {
  return { rows, tiles, length: rows + taps - 1 };
};
const SQUARE: Convolution = { weight: [3, 2, 5, 5], input: [11, 6], padding: [2, 2, 2, 2] };
const CASES: Readonly<Record<string, Convolution & { readonly rows: number; readonly tiles: number }>> = {
  'one tile': { ...SQUARE, rows: 11, tiles: 1 },
  'two tiles, rows to spare': { ...SQUARE, rows: 6, tiles: 2 },
  'three tiles, transforms of even length': { ...SQUARE, rows: 4, tiles: 3 },
  'three tiles that give the height': { ...SQUARE, input: [15, 6], rows: 5, tiles: 3 },
  'an uneven kernel': { weight: [2, 3, 4, 3], input: [9, 7], padding: [1, 1, 2, 1], rows: 3, tiles: 3 },
  'all zeros below': { weight: [2, 2, 4, 2], input: [8, 5], padding: [0, 0, 3, 1], rows: 4, tiles: 2 },
  'all zeros above': { weight: [2, 2, 4, 2], input: [8, 5], padding: [3, 1, 0, 0], rows: 4, tiles: 2 },
  'the tiling that is taken': {
    weight: [24, 16, 8, 3],
    input: [20, 6],
    padding: [3, 1, 4, 1],
    ...tilingFor([24, 16, 8, 3], 20, 6),
  },
};

function tilingFor(weight: readonly number[], height: number, width: number) {
  const graph = new Graph();
  return tilingOf({ weight: graph.input('w', weight), padding: [0, 0, 0, 0] }, height, width);
}

it('is cut into the tiles that cost least, and pays where filters are large', () => {
  const { tiles, rows, length, gain } = tilingFor([24, 16, 8, 12], 100, 150); // CNN-LSTM's second convolution
  expect({ tiles, rows, length }).toEqual({ tiles: 4, rows: 25, length: 32 });
  const ofMaps = 4 * 150 * (24 * 16 * 12 + 16 * (32 + 16) + 24 * (25 + 16));
  const ofSum = 24 * 16 * 12 * 16;
  const cost = (2 + 3 * 15) * (ofMaps + ofSum);
  expect(gain).toBeCloseTo((24 * 16 * 8 * 12 * 100 * 150) / cost, 9); // 3.0
  const pays = (weight: readonly number[], height: number, width: number) =>
    spectralWhereItPays({ weight: new Graph().input('w', weight), padding: [0, 0, 0, 0] }, height, width) !== undefined;
  expect(pays([24, 16, 8, 12], 100, 150)).toBe(true);
  expect(pays([32, 24, 5, 7], 50, 75)).toBe(true); // its third
  expect(pays([16, 1, 20, 20], 400, 200)).toBe(true); // large filters of Figure 2's network
  expect(pays([64, 96, 3, 3], 20, 92)).toBe(false); // Light-SERNet's second
});

it.each([0.125, 1, 2, 4, 8])("does not pay for the paper's network of %d times its width", (times) => {
  let [height, width] = [400, 200];
  for (const { filters, pool, index } of layers({ ...DEFAULT_CNN, width: times })) {
    for (const { shape, padding } of filters) {
      const weight = new Graph().input('w', shape);
      expect(spectralWhereItPays({ weight, padding }, height, width), `conv${index}`).toBeUndefined();
    }
    if (pool) [height, width] = [height / 2, width / 2];
  }
});

describe('a convolution by transforms along the height, against its definition', () => {
  it.each(Object.entries(CASES))('%s: output and gradients', async (_, convolution) => {
    const { weight, input, padding, rows, tiles } = convolution;
    const graph = new Graph();
    const x = graph.input('x', [1, weight[1], ...input]);
    const w = graph.input('w', weight);
    const bias = graph.input('bias', [weight[0]]);
    const dz = graph.input('dz', [1, weight[0], ...input]);
    const { convolve, gradients } = spectralConvolution(
      { weight: w, padding },
      input[0],
      tiling(rows, tiles, weight[2]),
    );
    const start = graph.input('sum', gradients.shape);
    const once = gradients.add(x, dz, start);
    const twice = gradients.add(x, dz, once.sum); // the same sample twice, on top of what was there
    graph.output('z', convolve(x, w, bias));
    graph.output('start', gradients.finish(start));
    graph.output('dw', gradients.finish(twice.sum));
    graph.output('dx', once.inputGradient(w));

    const random = new Random(1);
    const feeds = Object.fromEntries(graph.inputs.map((tensor) => [tensor.name, normal(random, tensor.shape)]));
    const results = await evaluate(graph, feeds);
    const [xs, ws, dzs, biases] = [feeds.x!, feeds.w!, feeds.dz!, feeds.bias!].map(numbers) as number[][];
    const z = dzs!.map((_, i) => biases![Math.floor(i / (input[0] * input[1]))]!);
    const dw = numbers(results.start!);
    const dx = xs!.map(() => 0);
    for (const term of terms(convolution)) {
      z[term.z]! += xs![term.x]! * ws![term.w]!;
      dw[term.w]! += 2 * xs![term.x]! * dzs![term.z]!;
      dx[term.x]! += ws![term.w]! * dzs![term.z]!;
    }
    expect(results.z!.shape).toEqual([1, weight[0], ...input]);
    expect(results.dw!.shape).toEqual(weight);
    expect(results.dx!.shape).toEqual([1, weight[1], ...input]);
    for (const [name, expected] of Object.entries({ z, dw, dx }))
      expect(difference(numbers(results[name]!), expected), name).toBeLessThan(2e-6);
  });
});
