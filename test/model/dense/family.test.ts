import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { DescriptorFrontEnd } from '../../../src/features/descriptors/front-end.ts';
import { DEFAULT_FRONT_END } from '../../../src/features/front-end.ts';
import { Graph } from '../../../src/graph/graph.ts';
import { checkFit, createNetwork } from '../../../src/model/architecture.ts';
import { DEFAULT_DENSE, type DenseArchitecture } from '../../../src/model/dense/architecture.ts';
import { initialState } from '../../../src/train/loop.ts';
import { DEFAULT_OPTIMIZER } from '../../../src/train/optimizers/optimizers.ts';
import { trainingGraph } from '../../../src/train/step.ts';
import { difference, evaluate, numbers, values } from '../../graph/evaluate.ts';

/** From family-reference.py, which holds the same constants. */
const REFERENCE: {
  readonly logits: readonly number[];
  readonly loss: number;
  readonly gradients: Readonly<Record<string, readonly number[]>>;
} = JSON.parse(readFileSync(new URL('./family.json', import.meta.url), 'utf8'));
const SMALL: DenseArchitecture = { kind: 'dense', classes: 3, inputs: 6, hidden: [4, 3] };
const BATCH = 5;

const sines = (shape: readonly number[], size: number, offset: number) =>
  values(
    Array.from(
      { length: shape.reduce((product, d) => product * d, 1) },
      (_, i) => size * Math.sin(1.7 * i + 0.0001 * i * i + offset),
    ),
    [...shape],
  );
const network = createNetwork(SMALL);
const WEIGHTS = Object.fromEntries(
  [...network.parameters].map(([name, { shape }], i) => [
    name,
    sines(shape, name.endsWith('bias') ? 0.4 : 0.8, 0.3 * i),
  ]),
);
const X = sines([BATCH, SMALL.inputs], 1, 0.9);

it('has as many parameters as the description of the network gives', () => {
  const sizes = [...createNetwork(DEFAULT_DENSE).parameters.values()].map(({ shape }) =>
    shape.reduce((product, d) => product * d, 1),
  );
  expect(sizes.reduce((sum, size) => sum + size)).toBe(337_668);
});

it('has the logits, the loss and the gradients of PyTorch', async () => {
  const graph = trainingGraph(network, [SMALL.inputs], DEFAULT_OPTIMIZER, { keepGradients: true });
  const out = await evaluate(graph, {
    ...{ ...initialState(SMALL, 1).tensors, ...WEIGHTS, features: X, learning_rate: values([0], []) },
    target: { data: BigInt64Array.of(2n, 0n, 1n, 1n, 0n), shape: [BATCH] },
  });
  expect(difference(numbers(out.logits!), REFERENCE.logits)).toBeLessThan(1e-5);
  expect(out.loss!.data[0]).toBeCloseTo(REFERENCE.loss, 5);
  expect(Object.keys(REFERENCE.gradients)).toEqual([...network.parameters.keys()]);
  for (const [name, expected] of Object.entries(REFERENCE.gradients))
    expect(difference(numbers(out[`grad.${name}`]!), expected), name).toBeLessThan(1e-4);
  const inUse = new Graph();
  inUse.output('logits', network.inUse(inUse.input('x', ['batch', SMALL.inputs]), WEIGHTS));
  expect(difference(numbers((await evaluate(inUse, { x: X })).logits!), REFERENCE.logits)).toBeLessThan(1e-5);
});

it('takes segments of descriptors of its size, and nothing else', () => {
  const frontEnd: DescriptorFrontEnd = { kind: 'descriptors', set: 'lee-tashev', segmentFrames: 25 };
  expect(() => checkFit(DEFAULT_DENSE, frontEnd)).not.toThrow();
  expect(() => checkFit({ ...DEFAULT_DENSE, inputs: 750 }, { ...frontEnd, set: 'han' as const })).not.toThrow();
  expect(() => checkFit(DEFAULT_DENSE, { ...frontEnd, set: 'han' as const })).toThrow(
    'expected features [800] of a segment before dense layers of 256, 256, 256, got [750]',
  );
  expect(() => checkFit(DEFAULT_DENSE, DEFAULT_FRONT_END)).toThrow(
    'expected a front end of kind descriptors before dense layers of 256, 256, 256, got spectrogram',
  );
});
