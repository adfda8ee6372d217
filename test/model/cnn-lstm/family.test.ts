import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { DEFAULT_FRONT_END, DEFAULT_LOG_FRONT_END } from '../../../src/features/front-end.ts';
import { Graph } from '../../../src/graph/graph.ts';
import { type Architecture, checkFit, createNetwork } from '../../../src/model/architecture.ts';
import { type CnnLstmArchitecture, DEFAULT_CNN_LSTM } from '../../../src/model/cnn-lstm/architecture.ts';
import type { Variable } from '../../../src/model/network.ts';
import { initialState, type TrainingState, train } from '../../../src/train/loop.ts';
import { DEFAULT_OPTIMIZER, OPTIMIZER_DEFAULTS } from '../../../src/train/optimizers/optimizers.ts';
import { DEFAULT_SCHEDULE } from '../../../src/train/schedule.ts';
import { trainingGraph } from '../../../src/train/step.ts';
import { difference, evaluate, numbers, values } from '../../graph/evaluate.ts';

/** From family-reference.py, which holds the same constants. */
const REFERENCE: {
  readonly logits: readonly number[];
  readonly inUse: readonly number[];
  readonly loss: number;
  readonly gradients: Readonly<Record<string, { readonly some: readonly number[]; readonly sum: number }>>;
} = JSON.parse(readFileSync(new URL('./family.json', import.meta.url), 'utf8'));
const SMALL: CnnLstmArchitecture = {
  ...{ kind: 'cnn-lstm', classes: 3, bins: 16, frames: 20 },
  ...{ hidden: 3, dense: 4, dropout: 0.5 },
};
const [BATCH, KEPT] = [2, 40];

const sines = (shape: readonly number[], size: number, offset: number) =>
  values(
    Array.from(
      { length: shape.reduce((product, d) => product * d, 1) },
      (_, i) => size * Math.sin(1.7 * i + 0.0001 * i * i + offset),
    ),
    shape,
  );
/** How large numbers of a parameter are. */
function sizeOf(name: string, shape: readonly number[]): number {
  if (name.startsWith('conv')) return name.endsWith('bias') ? 0.1 : 2 / Math.sqrt(shape[1]! * shape[2]! * shape[3]!);
  if (name.startsWith('lstm')) return { input: 0.5, recurrent: 0.8, bias: 0.3 }[name.split('.')[2]!]!;
  return name.endsWith('bias') ? 0.4 : 1;
}

const network = createNetwork(SMALL);
const WEIGHTS = Object.fromEntries(
  [...network.parameters].map(([name, { shape }], i) => [
    name,
    sines(shape as number[], sizeOf(name, shape as number[]), 0.3 * i),
  ]),
);
const X = sines([BATCH, 1, SMALL.bins, SMALL.frames], 1, 0.9);
const MASK = values(
  Array.from({ length: BATCH * SMALL.dense }, (_, i) => (i % 3 ? 2 : 0)),
  [BATCH, SMALL.dense],
);

it('has as many parameters as the description of the network gives', () => {
  const count = (variables: Iterable<Variable>) =>
    [...variables].reduce((sum, { shape }) => sum + shape.reduce((product, d) => product * d, 1), 0);
  expect(count(createNetwork(DEFAULT_CNN_LSTM).parameters.values())).toBe(1_034_892);
});

it('has the logits, the loss and the gradients of PyTorch in training', async () => {
  const graph = trainingGraph(network, [1, SMALL.bins, SMALL.frames], DEFAULT_OPTIMIZER, {
    ...{ keepGradients: true, dropout: true },
  });
  const out = await evaluate(graph, {
    ...initialState(SMALL, 1).tensors,
    ...WEIGHTS,
    ...{ features: X, 'dropout.dense': MASK, learning_rate: values([0], []) },
    target: { data: BigInt64Array.of(2n, 0n), shape: [BATCH] },
  });
  expect(difference(numbers(out.logits!), REFERENCE.logits)).toBeLessThan(1e-5);
  expect(out.loss!.data[0]).toBeCloseTo(REFERENCE.loss, 5);
  expect(Object.keys(REFERENCE.gradients)).toEqual([...network.parameters.keys()]);
  for (const [name, { some, sum }] of Object.entries(REFERENCE.gradients)) {
    const gradient = numbers(out[`grad.${name}`]!);
    const step = Math.max(1, Math.floor(gradient.length / KEPT));
    const kept = gradient.filter((_, i) => i % step === 0);
    expect(difference(kept, some), name).toBeLessThan(1e-4);
    const total = gradient.reduce((a, b) => a + Math.abs(b), 0);
    expect(Math.abs(gradient.reduce((a, b) => a + b) - sum) / total, name).toBeLessThan(1e-5);
  }
});

it('has the logits of PyTorch in use, where nothing is dropped', async () => {
  const graph = new Graph();
  graph.output('logits', network.inUse(graph.input('x', ['batch', 1, SMALL.bins, SMALL.frames]), WEIGHTS));
  const { logits } = await evaluate(graph, { x: X });
  expect(difference(numbers(logits!), REFERENCE.inUse)).toBeLessThan(1e-5);
});

const LABELS = [0, 1, 2, 0, 1, 2, 0, 1];
/** Waves whose length tells the class. */
const DATA = {
  labels: LABELS,
  shape: [1, SMALL.bins, SMALL.frames],
  read: (segment: number, target: Float32Array) => {
    for (let i = 0; i < target.length; i++) target[i] = Math.sin(i * (LABELS[segment]! + 1) + segment);
  },
};
const LEARNING = {
  architecture: SMALL,
  schedule: { ...DEFAULT_SCHEDULE, epochs: 3, batchSize: 4, learningRate: 0.01, decayEpochs: [] },
  optimizer: OPTIMIZER_DEFAULTS.adam.optimizer,
  ...{ seed: 3, threads: 1 },
};
const same = (a: TrainingState, b: TrainingState) => {
  expect(Object.keys(a.tensors)).toEqual(Object.keys(b.tensors));
  for (const [name, { data }] of Object.entries(a.tensors))
    expect(Buffer.compare(Buffer.from(data.buffer), Buffer.from(b.tensors[name]!.data.buffer)), name).toBe(0);
};

it('learns the same bytes by the same seed, also where it was stopped between epochs; and drops by the seed', async () => {
  const states: TrainingState[] = [];
  const whole = await train(DATA, { ...LEARNING, onEpoch: (state) => void states.push(state) });
  same(await train(DATA, { ...LEARNING, resume: states[0]! }), whole);
  expect(whole.history.at(-1)!.loss).toBeLessThan(whole.history[0]!.loss);
  const one = { ...LEARNING, schedule: { ...LEARNING.schedule, epochs: 1 } };
  const undropped = await train(DATA, { ...one, architecture: { ...SMALL, dropout: 0 } });
  expect(undropped.history[0]!.loss).not.toBe(whole.history[0]!.loss);
});

it('learns its head alone where it is frozen, and drops nothing then', async () => {
  const one = { ...LEARNING, schedule: { ...LEARNING.schedule, epochs: 1 }, start: WEIGHTS, freeze: true };
  const state = await train(DATA, one);
  const dropless = await train(DATA, { ...one, architecture: { ...SMALL, dropout: 0 } });
  same(state, dropless);
  const isChanged = (name: string) =>
    difference(numbers(state.tensors[name]!), numbers(WEIGHTS[name]!)) > 0 || undefined;
  expect(Object.keys(WEIGHTS).filter(isChanged)).toEqual(['fc.weight', 'fc.bias']);
});

it.each<[unknown, string]>([
  [{ ...SMALL, bins: 4 }, 'expected bins to be a whole number from 8 to 1024, got 4'],
  [{ ...SMALL, dropout: 1 }, 'expected dropout to be'],
  [{ ...SMALL, pooling: 'gap' }, 'expected pooling to be no such setting'],
])('%j is refused', (architecture, message) => {
  expect(() => createNetwork(architecture as Architecture)).toThrow(message);
});

it('takes log spectrograms of its size, and no others', () => {
  expect(() => checkFit(DEFAULT_CNN_LSTM, DEFAULT_LOG_FRONT_END)).not.toThrow();
  expect(() => checkFit(DEFAULT_CNN_LSTM, DEFAULT_FRONT_END)).toThrow(
    'expected a front end of kind log-spectrogram before convolutions and a bidirectional LSTM, got spectrogram',
  );
  expect(() => checkFit(DEFAULT_CNN_LSTM, { ...DEFAULT_LOG_FRONT_END, binHertz: 10 as const })).toThrow(
    'expected features [1,200,300] of a segment',
  );
});
