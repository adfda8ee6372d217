import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { Graph } from '../../../src/graph/graph.ts';
import type { Values } from '../../../src/graph/session.ts';
import { checkFit, createNetwork } from '../../../src/model/architecture.ts';
import { type BlstmArchitecture, DEFAULT_BLSTM } from '../../../src/model/blstm/architecture.ts';
import { initialState, type TrainingState, train } from '../../../src/train/loop.ts';
import { DEFAULT_OPTIMIZER, OPTIMIZER_DEFAULTS } from '../../../src/train/optimizers/optimizers.ts';
import { trainingGraph } from '../../../src/train/step.ts';
import { difference, evaluate, numbers, values } from '../../graph/evaluate.ts';

/** From family-reference.py, which holds the same constants. */
const REFERENCE: {
  readonly logits: readonly (readonly number[])[];
  readonly loss: number;
  readonly gradients: Readonly<Record<string, readonly number[]>>;
  readonly clipped: readonly number[];
} = JSON.parse(readFileSync(new URL('./family.json', import.meta.url), 'utf8'));
const SMALL: BlstmArchitecture = { kind: 'blstm', classes: 2, inputs: 3, hidden: [4, 2], labels: 'latent' };
const [LENGTHS, TIME, OUTPUTS] = [[7, 4], 7, 3];

const sines = (shape: readonly number[], size: number, offset: number) =>
  values(
    Array.from(
      { length: shape.reduce((product, d) => product * d, 1) },
      (_, i) => size * Math.sin(1.7 * i + 0.0001 * i * i + offset),
    ),
    [...shape],
  );
const SIZES = { input: 0.5, recurrent: 0.8, bias: 0.3 } as const;
const network = createNetwork(SMALL);
const WEIGHTS = Object.fromEntries(
  [...network.parameters].map(([name, { shape }], i) => {
    const size = name.startsWith('lstm')
      ? SIZES[name.split('.')[2] as keyof typeof SIZES]
      : name === 'fc.bias'
        ? 0.4
        : 1;
    return [name, sines(shape, size, 0.3 * i)];
  }),
);
const X = sines([2, TIME, SMALL.inputs], 1, 0.9);
/** Numbers behind the second sequence's end. */
const behind = ({ data, shape }: Values, by: (value: number) => number): Values => {
  const width = shape[2]!;
  const end = (TIME + LENGTHS[1]!) * width;
  return { data: (data as Float32Array).map((value, i) => (i < end ? value : by(value))), shape };
};
function shares(): Values {
  const { data, shape } = sines([2, TIME, OUTPUTS], 2, 0.2);
  const powers = (data as Float32Array).map(Math.exp);
  const sumAt = (i: number) => powers.subarray(i - (i % OUTPUTS), i - (i % OUTPUTS) + OUTPUTS).reduce((a, b) => a + b);
  return behind({ data: powers.map((power, i) => power / sumAt(i)), shape }, () => 0);
}

const step = (clipNorm?: number) => {
  const graph = trainingGraph(network, [SMALL.inputs], DEFAULT_OPTIMIZER, { keepGradients: true, clipNorm });
  return evaluate(graph, {
    ...{ ...initialState(SMALL, 1).tensors, ...WEIGHTS, learning_rate: values([0], []) },
    ...{ features: behind(X, () => 9), target: shares() }, // what stands behind an end must not count
    lengths: { data: BigInt64Array.from(LENGTHS, BigInt), shape: [2] },
  });
};

it('has as many parameters as the description of the network gives', () => {
  const sizes = [...createNetwork(DEFAULT_BLSTM).parameters.values()].map(({ shape }) =>
    shape.reduce((product, d) => product * d, 1),
  );
  expect(sizes.reduce((sum, size) => sum + size)).toBe(149_125);
});

it('has the logits, the loss and the gradients of PyTorch over sequences of unequal length', async () => {
  const out = await step();
  const logits = numbers(out.logits!);
  for (const [i, length] of LENGTHS.entries()) {
    const own = logits.slice(i * TIME * OUTPUTS, (i * TIME + length) * OUTPUTS);
    expect(difference(own, REFERENCE.logits[i]!)).toBeLessThan(1e-5);
  }
  expect(out.loss!.data[0]).toBeCloseTo(REFERENCE.loss, 5);
  expect(Object.keys(REFERENCE.gradients)).toEqual([...network.parameters.keys()]);
  for (const [name, expected] of Object.entries(REFERENCE.gradients))
    expect(difference(numbers(out[`grad.${name}`]!), expected), name).toBeLessThan(1e-5);
  expect(difference(numbers((await step(0.05))['grad.fc.bias']!), REFERENCE.clipped)).toBeLessThan(1e-6);
  expect(difference(numbers((await step(1e6))['grad.fc.bias']!), REFERENCE.gradients['fc.bias']!)).toBeLessThan(1e-6);
});

it('has the logits of PyTorch in use', async () => {
  const graph = new Graph();
  graph.output('logits', network.inUse(graph.input('x', ['batch', 'time', SMALL.inputs]), WEIGHTS));
  const { logits } = await evaluate(graph, { x: X });
  expect(difference(numbers(logits!).slice(0, TIME * OUTPUTS), REFERENCE.logits[0]!)).toBeLessThan(1e-5);
});

it('learns the same bytes where it was stopped between epochs, and what tells sequences apart', async () => {
  const data = {
    labels: [0, 1, 0, 1, 0, 1],
    shape: [SMALL.inputs],
    read: (segment: number, target: Float32Array) =>
      target.set(target.map((_, i) => Math.sin(i) + (segment % 2 ? 1 : -1))),
    sequences: {
      length: (segment: number) => 3 + segment,
      target: (segment: number, target: Float32Array) =>
        target.set(target.map((_, i) => Number(i % 3 === segment % 2))),
    },
  };
  const options = {
    architecture: SMALL,
    schedule: { epochs: 12, batchSize: 3, learningRate: 0.05, decayEpochs: [], clipNorm: 1 },
    optimizer: OPTIMIZER_DEFAULTS.adam.optimizer,
    ...{ seed: 3, threads: 1 },
  };
  const states: TrainingState[] = [];
  const whole = await train(data, { ...options, onEpoch: (state) => void states.push(state) });
  const again = await train(data, { ...options, resume: states[4]! });
  for (const [name, { data: numbers }] of Object.entries(whole.tensors))
    expect(again.tensors[name]!.data, name).toEqual(numbers);
  expect(whole.history.at(-1)!.accuracy).toBe(1);
});

it('takes frames of descriptors, one at a time', () => {
  expect(() => checkFit(DEFAULT_BLSTM, { kind: 'descriptors', set: 'lee-tashev' })).not.toThrow();
  expect(() => checkFit(DEFAULT_BLSTM, { kind: 'descriptors', set: 'lee-tashev', segmentFrames: 25 })).toThrow(
    /expected features \[32\] of a segment before 2 bidirectional LSTM layers, latent labels, got \[800\]/,
  );
});
