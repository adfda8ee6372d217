import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Graph } from '../../../src/graph/graph.ts';
import { createSession } from '../../../src/graph/session.ts';
import { checkArgument } from '../../../src/json.ts';
import { createNetwork, DEFAULT_ARCHITECTURE } from '../../../src/model/architecture.ts';
import { initialState, weightsOf } from '../../../src/train/loop.ts';
import {
  initialOptimizerState,
  OPTIMIZER,
  OPTIMIZER_DEFAULTS,
  OPTIMIZER_NAMES,
  type Optimizer,
  optimizerStep,
} from '../../../src/train/optimizers/optimizers.ts';
import { trainingGraph } from '../../../src/train/step.ts';
import { difference, numbers, values } from '../../graph/evaluate.ts';

/** From optimizers-reference.py, which holds the same constants. */
interface Reference {
  readonly name: string;
  readonly parameters: readonly (readonly number[])[];
}
const REFERENCES: readonly Reference[] = JSON.parse(
  readFileSync(new URL('./optimizers.json', import.meta.url), 'utf8'),
);
const SHAPE = [2, 3];
const KEPT = [1, 2, 10, 300];
const SIZES = [1, 1e-6, 0, 1, 10, 1];
const gradient = (step: number) =>
  SIZES.map((size, place) => {
    const i = place + 6 * step;
    return size * (Math.sin(1.3 * i + 0.0001 * i * i) + 0.2);
  });

const { optimizer: adam } = OPTIMIZER_DEFAULTS.adam;
const { optimizer: adamw } = OPTIMIZER_DEFAULTS.adamw;
const SETTINGS: Readonly<Record<string, Optimizer>> = {
  sgd: OPTIMIZER_DEFAULTS.sgd.optimizer,
  adam,
  'adam, decay': { ...adam, beta1: 0.8, beta2: 0.99, epsilon: 1e-5, weightDecay: 0.1 } as Optimizer,
  adamw,
  'adamw, no memory': { ...adamw, beta1: 0, weightDecay: 0.1 } as Optimizer,
};

function stepOf(optimizer: Optimizer): Graph {
  const graph = new Graph();
  const [parameter, gradient] = [graph.input('p', SHAPE), graph.input('gradient', SHAPE)];
  const after = optimizerStep(optimizer, 'p', { parameter, gradient, learningRate: graph.input('rate', []) });
  graph.output('new.p', after.parameter);
  for (const [name, tensor] of Object.entries(after.state)) graph.output(`new.${name}`, tensor);
  return graph;
}

describe('optimisers against PyTorch', () => {
  it.each(REFERENCES)('$name: a parameter after 1, 2, 10 and 300 steps', async ({ name, parameters }) => {
    const optimizer = SETTINGS[name]!;
    const session = await createSession(stepOf(optimizer), { threads: 1 });
    let state = { p: values([1, -2, 0.5, 0, 3, -0.25], SHAPE), ...initialOptimizerState(optimizer, 'p', SHAPE) };
    const start = numbers(state.p);
    for (let step = 0; step < Math.max(...KEPT); step++) {
      const rate = values([step < 5 ? 0.05 : 0.005], []);
      const out = await session.run({ ...state, gradient: values(gradient(step), SHAPE), rate });
      state = Object.fromEntries(Object.keys(state).map((own) => [own, out[`new.${own}`]!])) as typeof state;
      const at = KEPT.indexOf(step + 1);
      if (at < 0) continue;
      const moved = (to: readonly number[]) => to.map((value, i) => value - start[i]!);
      expect(difference(moved(numbers(state.p)), moved(parameters[at]!)), `step ${step + 1}`).toBeLessThan(1e-5);
    }
    await session.close();
  });

  it('are all compared', () => {
    expect([...new Set(REFERENCES.map(({ name }) => name.split(',')[0]))]).toEqual(OPTIMIZER_NAMES);
  });
});

describe('an optimiser in training', () => {
  const architecture = { ...DEFAULT_ARCHITECTURE, width: 0.125 };

  it.each(OPTIMIZER_NAMES)('%s has a state of the names and shapes that its step takes and gives', (name) => {
    const { optimizer } = OPTIMIZER_DEFAULTS[name];
    const graph = trainingGraph(createNetwork(architecture), [1, 16, 24], optimizer);
    const state = initialState(architecture, 1, optimizer);
    const shapes = Object.fromEntries(Object.entries(state.tensors).map(([name, { shape }]) => [name, shape]));
    const taken = graph.inputs.filter((input) => !['features', 'target', 'learning_rate'].includes(input.name));
    const given = graph.outputs.filter((output) => output.name.startsWith('new.'));
    expect(Object.fromEntries(taken.map(({ name, shape }) => [name, shape]))).toEqual(shapes);
    expect(Object.fromEntries(given.map(({ name, tensor }) => [name.slice(4), tensor.shape]))).toEqual(shapes);
    expect(Object.keys(weightsOf(state))).toHaveLength(30);
  });
});

describe('the optimiser in a config', () => {
  it.each(OPTIMIZER_NAMES)('%s is taken as it is by default', (name) => {
    checkArgument(OPTIMIZER_DEFAULTS[name].optimizer, OPTIMIZER, 'optimizer');
  });

  it('is SGD where it names none, in the same bytes as ever', () => {
    const bytes = '{"momentum":0.9,"weightDecay":0.0001,"statisticsMomentum":0.1}';
    expect(JSON.stringify(OPTIMIZER_DEFAULTS.sgd.optimizer)).toBe(bytes);
    checkArgument(JSON.parse(bytes), OPTIMIZER, 'optimizer');
  });

  it.each<[object | number, RegExp]>([
    [3, /^expected optimizer to be .*, got 3$/],
    [{ ...adam, kind: 'lion' }, /^expected kind to be adam or adamw, or left out for SGD, got "lion"$/],
    [{ ...SETTINGS.sgd, kind: 'sgd' }, /^expected kind to be adam or adamw, or left out for SGD, got "sgd"$/],
    [{ ...adam, momentum: 0.9 }, /^expected momentum /],
    [{ ...SETTINGS.sgd, beta1: 0.9 }, /^expected beta1 /],
    [{ ...adam, beta2: 1 }, /^expected beta2 to be a number of 0 or more, below 1, got 1$/],
    [{ ...SETTINGS.sgd, momentum: 1 }, /^expected momentum to be a number of 0 or more, below 1, got 1$/],
    [{ ...SETTINGS.sgd, statisticsMomentum: 0 }, /^expected statisticsMomentum to be a number above 0, 1 at the most/],
    [{ ...adam, statisticsMomentum: 0 }, /^expected statisticsMomentum to be a number above 0, 1 at the most, got 0$/],
    [{ ...adamw, epsilon: 0 }, /^expected epsilon to be a number from 1e-12 to 1, got 0$/],
  ])('%j is refused', (optimizer, message) => {
    const check = () => checkArgument(optimizer, OPTIMIZER, 'optimizer');
    expect(check).toThrow(expect.objectContaining({ code: 'usage' }));
    expect(check).toThrow(message);
  });
});
