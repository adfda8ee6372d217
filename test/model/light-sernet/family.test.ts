import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { DEFAULT_LOG_FRONT_END } from '../../../src/features/front-end.ts';
import { DEFAULT_MFCC_FRONT_END } from '../../../src/features/mfcc/front-end.ts';
import { Graph } from '../../../src/graph/graph.ts';
import { type Architecture, checkFit, createNetwork } from '../../../src/model/architecture.ts';
import { DEFAULT_LIGHT_SERNET, type LightSernetArchitecture } from '../../../src/model/light-sernet/architecture.ts';
import { initialState, train } from '../../../src/train/loop.ts';
import { keep } from '../../../src/train/once.ts';
import { DEFAULT_OPTIMIZER, OPTIMIZER_DEFAULTS } from '../../../src/train/optimizers/optimizers.ts';
import { DEFAULT_SCHEDULE } from '../../../src/train/schedule.ts';
import { trainingGraph } from '../../../src/train/step.ts';
import { difference, evaluate, numbers, values } from '../../graph/evaluate.ts';

/** From family-reference.py, which holds the same constants. */
const REFERENCE: {
  readonly logits: readonly number[];
  readonly inUse: readonly number[];
  readonly loss: number;
  readonly statistics: Readonly<Record<string, readonly number[]>>;
  readonly gradients: Readonly<Record<string, { readonly some: readonly number[]; readonly sum: number }>>;
} = JSON.parse(readFileSync(new URL('./family.json', import.meta.url), 'utf8'));
/** 20 frames become 10, 5, 3, 2 and 1: odd sides too. */
const SMALL: LightSernetArchitecture = { kind: 'light-sernet', classes: 3, frames: 20, dropout: 0.3 };
const [BATCH, KEPT] = [3, 30];

const sines = (shape: readonly number[], size: number, offset: number, around = 0) =>
  values(
    Array.from(
      { length: shape.reduce((product, d) => product * d, 1) },
      (_, i) => around + size * Math.sin(1.7 * i + 0.0001 * i * i + offset),
    ),
    shape,
  );
/** How large numbers of a parameter are, and around what. */
function placeOf(name: string, shape: readonly number[]): [size: number, around: number] {
  if (name.startsWith('conv')) return [2 / Math.sqrt(shape[1]! * shape[2]! * shape[3]!), 0];
  if (name.startsWith('bn')) return name.endsWith('bias') ? [0.2, 0] : [0.4, 1];
  return [0.3, 0];
}

const network = createNetwork(SMALL);
const WEIGHTS = Object.fromEntries(
  [...network.parameters].map(([name, { shape }], i) => {
    const [size, around] = placeOf(name, shape);
    return [name, sines(shape, size, 0.3 * i, around)];
  }),
);
const RUNNING = Object.fromEntries(
  [...network.statistics].map(([name, { shape }]) => {
    const index = Number(name[2]);
    return [name, name.endsWith('mean') ? sines(shape, 0.1, index) : sines(shape, 0.5, index, 1)];
  }),
);
const X = sines([BATCH, 1, 40, SMALL.frames], 2, 0.9);
const MASK = values(
  Array.from({ length: BATCH * 320 }, (_, i) => (i % 3 ? 1 / 0.7 : 0)),
  [BATCH, 320],
);

it('has as many parameters as the authors’ program, but for 96 biases that batch norm takes out again', () => {
  const counts = [...createNetwork(DEFAULT_LIGHT_SERNET).parameters.values()].map(({ shape }) =>
    shape.reduce((product, d) => product * d, 1),
  );
  expect(counts.reduce((a, b) => a + b)).toBe(460_740 - 96);
});

it.each([
  ['by moments of what its first filters see', true],
  ['without them', false],
])('has the logits, the loss, the statistics and the gradients of PyTorch in training, %s', async (_, once) => {
  const input = [1, 40, SMALL.frames];
  const graph = trainingGraph(network, input, DEFAULT_OPTIMIZER, {
    ...{ keepGradients: true, dropout: true, once },
  });
  const before = initialState(SMALL, 1).tensors;
  const moments = keep(network.once!, { count: BATCH, input, threads: 1 });
  const out = await evaluate(graph, {
    ...before,
    ...(once && (await moments.feeds([0, 1, 2], X.data as Float32Array))),
    ...WEIGHTS,
    ...{ features: X, 'dropout.pooled': MASK, learning_rate: values([0], []) },
    target: { data: BigInt64Array.of(2n, 0n, 1n), shape: [BATCH] },
  });
  expect(difference(numbers(out.logits!), REFERENCE.logits)).toBeLessThan(1e-5);
  expect(out.loss!.data[0]).toBeCloseTo(REFERENCE.loss, 4);
  for (const [name, expected] of Object.entries(REFERENCE.statistics)) {
    const { statisticsMomentum: newest } = DEFAULT_OPTIMIZER;
    const [old, mixed] = [numbers(before[name]!), numbers(out[`new.${name}`]!)];
    const own = mixed.map((value, i) => (value - (1 - newest) * old[i]!) / newest).filter((_, i) => i % 8 === 0);
    expect(difference(own, expected), name).toBeLessThan(1e-4);
  }
  expect(Object.keys(REFERENCE.gradients)).toEqual([...network.parameters.keys()]);
  for (const [name, { some, sum }] of Object.entries(REFERENCE.gradients)) {
    const gradient = numbers(out[`grad.${name}`]!);
    const step = Math.max(1, Math.floor(gradient.length / KEPT));
    const kept = gradient.filter((_, i) => i % step === 0);
    expect(difference(kept, some), name).toBeLessThan(1e-3);
    const total = gradient.reduce((a, b) => a + Math.abs(b), 0);
    expect(Math.abs(gradient.reduce((a, b) => a + b) - sum) / total, name).toBeLessThan(1e-4);
  }
});

it('has the logits of PyTorch in use, where nothing is dropped and statistics are the running ones', async () => {
  const graph = new Graph();
  const weights = { ...WEIGHTS, ...RUNNING };
  graph.output('logits', network.inUse(graph.input('x', ['batch', 1, 40, SMALL.frames]), weights));
  const { logits } = await evaluate(graph, { x: X });
  expect(difference(numbers(logits!), REFERENCE.inUse)).toBeLessThan(1e-5);
});

it('learns the same bytes by the same seed where it was stopped, and drops', async () => {
  const labels = [0, 1, 2, 0, 1, 2, 0, 1];
  const data = {
    labels,
    shape: [1, 40, SMALL.frames],
    read: (segment: number, target: Float32Array) => {
      for (let i = 0; i < target.length; i++) target[i] = 3 * Math.sin(i * (labels[segment]! + 1) + segment);
    },
  };
  const learning = {
    architecture: SMALL,
    schedule: { ...DEFAULT_SCHEDULE, epochs: 3, batchSize: 4, learningRate: 0.001, decayEpochs: [] },
    optimizer: OPTIMIZER_DEFAULTS.adam.optimizer,
    ...{ seed: 3, threads: 1 },
  };
  const states: Parameters<NonNullable<Parameters<typeof train>[1]['onEpoch']>>[0][] = [];
  const whole = await train(data, { ...learning, onEpoch: (state) => void states.push(state) });
  expect(await train(data, { ...learning, resume: states[0]! })).toEqual(whole);
  expect(whole.history.at(-1)!.loss).toBeLessThan(whole.history[0]!.loss);
  const one = { ...learning, schedule: { ...learning.schedule, epochs: 1 } };
  const undropped = await train(data, { ...one, architecture: { ...SMALL, dropout: 0 } });
  expect(undropped.history[0]!.loss).not.toBe(whole.history[0]!.loss);
});

it.each<[unknown, string]>([
  [{ ...SMALL, frames: 8 }, 'expected frames to be a whole number from 16 to 10000, got 8'],
  [{ ...SMALL, dropout: 1 }, 'expected dropout to be'],
])('%j is refused', (architecture, message) => {
  expect(() => createNetwork(architecture as Architecture)).toThrow(message);
});

it('takes cepstral coefficients of its length, and no others', () => {
  expect(() => checkFit(DEFAULT_LIGHT_SERNET, DEFAULT_MFCC_FRONT_END)).not.toThrow();
  expect(() => checkFit(DEFAULT_LIGHT_SERNET, DEFAULT_LOG_FRONT_END)).toThrow(
    'expected a front end of kind mfcc before Light-SERNet, got log-spectrogram',
  );
  expect(() => checkFit(DEFAULT_LIGHT_SERNET, { ...DEFAULT_MFCC_FRONT_END, segmentSeconds: 7 })).toThrow(
    'expected features [1,40,184] of a segment before Light-SERNet, got [1,40,434]',
  );
});
