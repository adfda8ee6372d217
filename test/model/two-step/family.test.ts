import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { DEFAULT_LOG_FRONT_END } from '../../../src/features/front-end.ts';
import { Graph } from '../../../src/graph/graph.ts';
import { type Architecture, checkFit, createNetwork } from '../../../src/model/architecture.ts';
import { initialWeights } from '../../../src/model/initialize.ts';
import { DEFAULT_TWO_STEP, type TwoStepArchitecture } from '../../../src/model/two-step/architecture.ts';
import { warmStart } from '../../../src/model/warm-start.ts';
import { initialState, train } from '../../../src/train/loop.ts';
import { DEFAULT_OPTIMIZER, OPTIMIZER_DEFAULTS } from '../../../src/train/optimizers/optimizers.ts';
import { DEFAULT_SCHEDULE } from '../../../src/train/schedule.ts';
import { trainingGraph } from '../../../src/train/step.ts';
import { difference, evaluate, numbers, values } from '../../graph/evaluate.ts';

/** From family-reference.py, which holds the same constants. */
const REFERENCE: {
  readonly trained: readonly number[];
  readonly used: readonly number[];
  readonly losses: readonly [one: number, two: number];
  readonly gradients: Readonly<Record<string, { readonly some: readonly number[]; readonly sum: number }>>;
} = JSON.parse(readFileSync(new URL('./family.json', import.meta.url), 'utf8'));
const SMALL: TwoStepArchitecture = {
  ...{ kind: 'two-step', classes: 4, neutral: 1, threshold: 0.5, bins: 16, frames: 20 },
  ...{ hidden: 3, dense: 4, dropout: 0.5 },
};
const [BATCH, KEPT, OTHERS] = [3, 20, 2 / 3];

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
  const [own, part] = [name.replace(/^(one|two)\./, ''), name.split('.').at(-1)!];
  if (own.startsWith('conv')) return part === 'bias' ? 0.1 : 2 / Math.sqrt(shape[1]! * shape[2]! * shape[3]!);
  if (own.startsWith('lstm')) return { input: 0.5, recurrent: 0.8, bias: 0.3 }[part]!;
  return part === 'bias' ? 0.4 : 1;
}

const network = createNetwork(SMALL);
const WEIGHTS = Object.fromEntries(
  [...network.parameters].map(([name, { shape }], i) => [name, sines(shape, sizeOf(name, shape), 0.3 * i)]),
);
const X = sines([BATCH, 1, SMALL.bins, SMALL.frames], 1, 0.9);
const maskOf = (isKept: (i: number) => boolean) =>
  values(
    Array.from({ length: BATCH * SMALL.dense }, (_, i) => (isKept(i) ? 2 : 0)),
    [BATCH, SMALL.dense],
  );
const softmaxOf = (logits: readonly number[]): number[] =>
  Array.from({ length: BATCH }, (_, n) => logits.slice(n * SMALL.classes, (n + 1) * SMALL.classes)).flatMap((row) => {
    const total = row.reduce((sum, logit) => sum + Math.exp(logit), 0);
    return row.map((logit) => Math.exp(logit) / total);
  });

it('has twice the parameters of the network of Satt et al., less a last layer', () => {
  const { parameters } = createNetwork(DEFAULT_TWO_STEP);
  const counts = [...parameters.values()].map(({ shape }) => shape.reduce((product, d) => product * d, 1));
  expect(counts.reduce((a, b) => a + b)).toBe(2 * 1_034_892 - 4 * 65);
});

it('learns what its two networks learn from losses of their own, by PyTorch', async () => {
  const graph = trainingGraph(network, [1, SMALL.bins, SMALL.frames], DEFAULT_OPTIMIZER, {
    ...{ keepGradients: true, dropout: true },
  });
  const out = await evaluate(graph, {
    ...initialState(SMALL, 1).tensors,
    ...WEIGHTS,
    ...{ features: X, learning_rate: values([0], []) },
    ...{ 'one.dropout.dense': maskOf((i) => i % 3 !== 0), 'two.dropout.dense': maskOf((i) => i % 4 !== 1) },
    target: { data: BigInt64Array.of(1n, 0n, 3n), shape: [BATCH] },
  });
  expect(difference(softmaxOf(numbers(out.logits!)), REFERENCE.trained)).toBeLessThan(1e-5);
  const [one, two] = REFERENCE.losses;
  expect(out.loss!.data[0]).toBeCloseTo(one + OTHERS * two, 5);
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

it('gives the probabilities of PyTorch in use, with even odds of neutral', async () => {
  const graph = new Graph();
  graph.output('logits', network.inUse(graph.input('x', ['batch', 1, SMALL.bins, SMALL.frames]), WEIGHTS));
  const { logits } = await evaluate(graph, { x: X });
  expect(difference(softmaxOf(numbers(logits!)), REFERENCE.used)).toBeLessThan(1e-5);
});

it('answers neutral from its threshold on, and else the likeliest of the others', () => {
  const decide = (threshold: number, neutral: number, probabilities: readonly number[]) =>
    createNetwork({ ...SMALL, threshold, neutral }).decide!(probabilities);
  expect(decide(0.5, 1, [0.2, 0.5, 0.2, 0.1])).toBe(1);
  expect(decide(0.5, 1, [0.1, 0.49, 0.2, 0.21])).toBe(3);
  expect(decide(0.3, 0, [0.3, 0.6, 0.1, 0])).toBe(0);
  expect(decide(1, 3, [0, 0, 0, 0.99])).toBe(0);
});

it('learns the same bytes by the same seed where it was stopped, and its last layer alone where it is frozen', async () => {
  const labels = [0, 1, 2, 3, 0, 1, 2, 3];
  const data = {
    labels,
    shape: [1, SMALL.bins, SMALL.frames],
    read: (segment: number, target: Float32Array) => {
      for (let i = 0; i < target.length; i++) target[i] = Math.sin(i * (labels[segment]! + 1) + segment);
    },
  };
  const learning = {
    architecture: SMALL,
    schedule: { ...DEFAULT_SCHEDULE, epochs: 2, batchSize: 4, learningRate: 0.01, decayEpochs: [] },
    optimizer: OPTIMIZER_DEFAULTS.adam.optimizer,
    ...{ seed: 3, threads: 1 },
  };
  const states: Parameters<NonNullable<Parameters<typeof train>[1]['onEpoch']>>[0][] = [];
  const whole = await train(data, { ...learning, onEpoch: (state) => void states.push(state) });
  expect(await train(data, { ...learning, resume: states[0]! })).toEqual(whole);
  expect(whole.history[1]!.loss).toBeLessThan(whole.history[0]!.loss);
  const { tensors } = await train(data, {
    ...learning,
    schedule: { ...learning.schedule, epochs: 1 },
    start: WEIGHTS,
    freeze: true,
  });
  const isChanged = (name: string) => difference(numbers(tensors[name]!), numbers(WEIGHTS[name]!)) > 0;
  expect(Object.keys(WEIGHTS).filter(isChanged)).toEqual(['fc.weight', 'fc.bias']);
});

it('starts from weights whose classes stand in another order', () => {
  const tensors = initialWeights(DEFAULT_TWO_STEP, 1);
  const started = warmStart(
    { classes: ['neutral', 'happy', 'angry', 'sad'], tensors },
    { architecture: { ...DEFAULT_TWO_STEP, neutral: 3 }, classes: ['sad', 'happy', 'angry', 'neutral'], seed: 2 },
  );
  const before = numbers(tensors['fc.bias']!);
  expect(numbers(started['fc.bias']!)).toEqual([before[3], before[1], before[2], before[0]]);
});

it.each<[unknown, string]>([
  [{ ...SMALL, neutral: 4 }, 'expected neutral to be at most 3, the index of the last class, got 4'],
  [{ ...SMALL, classes: 2 }, 'expected classes to be a whole number from 3 to 1000, got 2'],
  [{ ...SMALL, threshold: 1.5 }, 'expected threshold to be'],
])('%j is refused', (architecture, message) => {
  expect(() => createNetwork(architecture as Architecture)).toThrow(message);
});

it('takes the spectrograms of the network that it doubles', () => {
  expect(() => checkFit(DEFAULT_TWO_STEP, DEFAULT_LOG_FRONT_END)).not.toThrow();
});
