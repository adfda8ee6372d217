import { describe, expect, it } from 'vitest';
import * as f from '../../src/graph/functions.ts';
import { Graph } from '../../src/graph/graph.ts';
import { phasedConvolution } from '../../src/graph/phased-convolution.ts';
import { Random } from '../../src/random.ts';
import { type Convolution, terms } from './convolution.ts';
import { difference, evaluate, normal, numbers, values } from './evaluate.ts';

const CASES: Readonly<Record<string, Convolution>> = {
  'tall filters': { weight: [3, 1, 10, 2], input: [12, 6], padding: [4, 0, 5, 1] },
  'wide filters': { weight: [2, 1, 2, 8], input: [6, 12], padding: [0, 3, 1, 4] },
  'odd sides': { weight: [2, 1, 3, 5], input: [4, 8], padding: [1, 2, 1, 2] },
};

/** Where z[o, y, t] of the convolution stands among the phases: (row in window, column in window, o, window). */
const placesOf = ({ weight: [out], input: [h, w] }: Convolution) =>
  Array.from({ length: out * h * w }, (_, place) => {
    const [o, y, t] = [Math.floor(place / (h * w)), Math.floor(place / w) % h, place % w];
    return (((y % 2) * 2 + (t % 2)) * out + o) * ((h * w) / 4) + Math.floor(y / 2) * (w / 2) + Math.floor(t / 2);
  });

describe('a convolution in the four phases of its pool', () => {
  it.each(Object.entries(CASES))('%s: output, maxima and gradients, against the definition', async (_, convolution) => {
    const { weight, input, padding } = convolution;
    const [out] = weight;
    const graph = new Graph();
    const x = graph.input('x', [1, 1, ...input]);
    const w = graph.input('w', weight);
    const phased = phasedConvolution({ weight: w, padding }, ...input);
    const z = phased.convolve(x, w, graph.input('bias', [out]));
    const { sum, inputGradient } = phased.gradients.add(
      x,
      graph.input('dz', z.shape),
      graph.constant(new Float32Array(phased.gradients.shape[0] * phased.gradients.shape[1]), phased.gradients.shape),
    );
    const outputs = { z, pooled: phased.pool(z), dw: phased.gradients.finish(sum), dx: inputGradient(w) };
    for (const [name, tensor] of Object.entries(outputs)) graph.output(name, tensor);

    const random = new Random(2);
    const feeds = Object.fromEntries(graph.inputs.map((tensor) => [tensor.name, normal(random, tensor.shape)]));
    const got = await evaluate(graph, feeds);
    const of = (name: string) => numbers(feeds[name]!);
    const [xs, ws, dzs, bias] = [of('x'), of('w'), of('dz'), of('bias')];
    const places = placesOf(convolution);
    const expected = { z: dzs.map(() => 0), dw: ws.map(() => 0), dx: xs.map(() => 0) };
    places.forEach((place, i) => {
      expected.z[place] = bias[Math.floor(i / (input[0] * input[1]))]!;
    });
    for (const term of terms(convolution)) {
      const place = places[term.z]!;
      expected.z[place]! += xs[term.x]! * ws[term.w]!;
      expected.dw[term.w]! += xs[term.x]! * dzs[place]!;
      expected.dx[term.x]! += ws[term.w]! * dzs[place]!;
    }
    for (const [name, list] of Object.entries(expected))
      expect(difference(numbers(got[name]!), list), name).toBeLessThan(1e-5);

    const quarter = dzs.length / 4;
    const maxima = Array.from({ length: quarter }, (_, window) =>
      Math.max(...[0, 1, 2, 3].map((phase) => expected.z[phase * quarter + window]!)),
    );
    expect(got.pooled!.shape).toEqual([1, out, input[0] / 2, input[1] / 2]);
    expect(difference(numbers(got.pooled!), maxima)).toBeLessThan(1e-5);
  });

  it('sends a gradient to the maximum of its window, and shares it where maxima are equal', async () => {
    const graph = new Graph();
    const { maxima, unpool } = phasedConvolution(
      { weight: graph.input('w', [1, 1, 2, 2]), padding: [0, 0, 1, 1] },
      2,
      8,
    );
    const [z, pooled, gradient] = [[1, 4, 1, 4] as const, [1, 1, 1, 4] as const, [1, 1, 1, 4] as const].map(
      (shape, i) => graph.input(['z', 'pooled', 'gradient'][i]!, shape),
    );
    graph.output('dz', unpool(gradient!, maxima(z!, pooled!, f.reaches)));
    graph.output('stored', unpool(gradient!, f.toFloat(maxima(z!, pooled!, f.equal))));
    const results = await evaluate(graph, {
      w: values([0, 0, 0, 0], [1, 1, 2, 2]),
      // four windows: one maximum, another, two equal, four equal
      z: values([9, 1, 3, 5, 2, 8, 3, 5, 1, 7, 2, 5, 0, 6, 1, 5], [1, 4, 1, 4]),
      pooled: values([9, 8, 3, 5], [1, 1, 1, 4]),
      gradient: values([10, 20, 30, 40], [1, 1, 1, 4]),
    });
    expect(numbers(results.stored!)).toEqual(numbers(results.dz!));
    expect(numbers(results.dz!)).toEqual([10, 0, 15, 10, 0, 20, 15, 10, 0, 0, 0, 10, 0, 0, 0, 10]);
  });
});
