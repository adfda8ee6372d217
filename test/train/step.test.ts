import { describe, expect, it } from 'vitest';
import { Graph } from '../../src/graph/graph.ts';
import { createSession, type Values } from '../../src/graph/session.ts';
import { createNetwork, DEFAULT_ARCHITECTURE } from '../../src/model/architecture.ts';
import { Random } from '../../src/random.ts';
import { initialState } from '../../src/train/loop.ts';
import { stateName } from '../../src/train/optimizers/optimizers.ts';
import { crossEntropy, trainingGraph } from '../../src/train/step.ts';
import { difference, evaluate, normal, numbers, values } from '../graph/evaluate.ts';

const integers = (list: readonly number[]): Values => ({
  data: BigInt64Array.from(list, BigInt),
  shape: [list.length],
});

describe('cross-entropy', () => {
  it('is the mean of -log softmax at the target', async () => {
    const graph = new Graph();
    const loss = crossEntropy(graph.input('logits', ['batch', 3]), graph.input('target', ['batch'], 'int64'));
    graph.output('loss', loss);
    // -log(e^1 / (e^1 + e^2 + e^3)) and -log(1/3); the last row would overflow without care
    const logits = values([1, 2, 3, 0, 0, 0, 1000, 0, 0], [3, 3]);
    const results = await evaluate(graph, { logits, target: integers([0, 2, 0]) });
    expect(results.loss!.shape).toEqual([]);
    const expected = (Math.log(1 + Math.E + Math.E ** 2) + Math.log(3)) / 3;
    expect(numbers(results.loss!)[0]).toBeCloseTo(expected, 6);
  });
});

describe('a step of training', () => {
  const architecture = { ...DEFAULT_ARCHITECTURE, width: 0.125 };
  const [BINS, FRAMES, SIZE, RATE] = [16, 24, 3, 0.05];

  it('moves each parameter by SGD with weight decay and Nesterov momentum, and the running statistics by theirs', async () => {
    const optimizer = { momentum: 0.9, weightDecay: 0.01, statisticsMomentum: 0.25 };
    const session = await createSession(
      trainingGraph(createNetwork(architecture), [1, BINS, FRAMES], optimizer, { keepGradients: true }),
      {
        threads: 1,
      },
    );
    const random = new Random(2);
    const state: Record<string, Values> = { ...initialState(architecture, 1).tensors };
    for (const [name, { shape }] of Object.entries(state))
      if (name.startsWith('momentum.')) state[name] = normal(random, shape);
    const feeds = {
      features: normal(random, [SIZE, 1, BINS, FRAMES]),
      target: integers([0, 3, 1]),
      learning_rate: values([RATE], []),
    };
    const out = await session.run({ ...state, ...feeds });

    const parameters = Object.keys(state).filter((name) => stateName('momentum', name) in state);
    expect(parameters).toHaveLength(20);
    for (const name of parameters) {
      const [weight, momentum, gradient] = [state[name], state[stateName('momentum', name)], out[`grad.${name}`]].map(
        (v) => numbers(v!),
      );
      const decayed = gradient!.map((g, i) => g + 0.01 * weight![i]!);
      const velocity = decayed.map((d, i) => 0.9 * momentum![i]! + d);
      const next = weight!.map((w, i) => w - RATE * (decayed[i]! + 0.9 * velocity[i]!));
      expect(difference(numbers(out[`new.${stateName('momentum', name)}`]!), velocity), name).toBeLessThan(1e-6);
      expect(difference(numbers(out[`new.${name}`]!), next), name).toBeLessThan(1e-6);
    }

    // running statistics start at 0 and 1; those of the first layer follow from its convolution alone
    const once = numbers(out['new.bn1.running_mean']!);
    const twice = await session.run({ ...state, ...feeds, 'bn1.running_mean': out['new.bn1.running_mean']! });
    expect(
      difference(
        numbers(twice['new.bn1.running_mean']!),
        once.map((mean) => 1.75 * mean),
      ),
    ).toBeLessThan(1e-6); // m/4, then 3/4 m/4 + m/4
    await session.close();
  });

  it('has an output for each part of the state that it takes', () => {
    const graph = trainingGraph(createNetwork(architecture), [1, BINS, FRAMES]);
    const taken = graph.inputs
      .map(({ name }) => name)
      .filter((name) => !['features', 'target', 'learning_rate'].includes(name));
    const given = graph.outputs.map(({ name }) => name).filter((name) => !['loss', 'logits'].includes(name));
    expect(given.sort()).toEqual(taken.map((name) => `new.${name}`).sort());
    expect(taken.sort()).toEqual(Object.keys(initialState(architecture, 1).tensors).sort());
    for (const { name, tensor } of graph.outputs.filter(({ name }) => name.startsWith('new.')))
      expect(tensor.shape, name).toEqual(graph.inputs.find((input) => `new.${input.name}` === name)!.shape);
  });
});
