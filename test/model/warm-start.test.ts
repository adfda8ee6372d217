import { describe, expect, it } from 'vitest';
import { Graph } from '../../src/graph/graph.ts';
import { type Architecture, createNetwork, DEFAULT_ARCHITECTURE } from '../../src/model/architecture.ts';
import { initialWeights } from '../../src/model/initialize.ts';
import type { Weights } from '../../src/model/network.ts';
import { warmStart } from '../../src/model/warm-start.ts';
import { Random } from '../../src/random.ts';
import { difference, evaluate, normal, numbers } from '../graph/evaluate.ts';

const SMALL = { ...DEFAULT_ARCHITECTURE, classes: 3, width: 0.125 } as const;
const CLASSES = ['calm', 'cross', 'sad'];
const NETWORKS: readonly [name: string, architecture: Architecture][] = [
  ['attention', SMALL],
  ['attention without softmax, averaged', { ...SMALL, attentionSoftmax: false, attentionScore: 'mean' }],
  ['gap', { ...SMALL, pooling: 'gap' }],
  ['bilinear', { ...SMALL, pooling: 'bilinear' }],
  ['Conv1 alone', { ...SMALL, pooling: 'gap', poolAfter: [], conv1Only: { height: 2, width: 3 } }],
  ['linear', { kind: 'linear', classes: 3, bands: 8 }],
];

/** Logits `[2, classes]` of two noises, by the network in use, and by its head of what its head takes. */
async function logitsOf(architecture: Architecture, weights: Weights) {
  const network = createNetwork(architecture);
  const graph = new Graph();
  const x = graph.input('x', [2, 1, 16, 24]);
  const { parameters, inputs, inputOf, logits } = network.head;
  const input = inputOf(x, weights);
  expect(input.shape.at(-1)).toBe(inputs);
  const own = parameters.map((name) => [
    name,
    graph.constant(weights[name]!.data as Float32Array, weights[name]!.shape),
  ]);
  graph.output('whole', network.inUse(x, weights));
  graph.output('head', logits(input, Object.fromEntries(own)));
  const { whole, head } = await evaluate(graph, { x: normal(new Random(3), [2, 1, 16, 24]) });
  return { whole: numbers(whole!), head: numbers(head!) };
}

describe.each(NETWORKS)('the head of a network: %s', (_, architecture) => {
  const weights = initialWeights(architecture, 1);
  const { head } = createNetwork(architecture);
  const start = (classes: readonly string[], seed = 2) =>
    warmStart(
      { classes: CLASSES, tensors: weights },
      { architecture: { ...architecture, classes: classes.length }, classes, seed },
    );

  it('makes of what it takes the logits of the whole', async () => {
    const { whole, head } = await logitsOf(architecture, weights);
    expect(difference(head, whole)).toBeLessThan(1e-5);
  });

  it('is put into the order of the classes', async () => {
    expect(start(CLASSES)).toEqual(weights);
    const [before, after] = [
      await logitsOf(architecture, weights),
      await logitsOf(architecture, start(['sad', 'calm', 'cross'])),
    ];
    const expected = [0, 1].flatMap((n) => [2, 0, 1].map((k) => before.whole[3 * n + k]!));
    expect(difference(after.whole, expected)).toBeLessThan(1e-6);
  });

  it.each([
    ['a class is another', ['calm', 'cross', 'glad']],
    ['there are more', [...CLASSES, 'glad']],
    ['there are fewer', ['calm', 'cross']],
  ])('is drawn by the seed, as a cold start draws it, where %s; all else is kept', (_, classes) => {
    const own = start(classes);
    const drawn = initialWeights({ ...architecture, classes: classes.length }, 2);
    for (const name of Object.keys(weights))
      expect(own[name], name).toEqual(head.parameters.includes(name) ? drawn[name] : weights[name]);
    expect(Object.keys(own)).toEqual(Object.keys(drawn));
  });
});
