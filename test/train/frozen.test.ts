import { describe, expect, it } from 'vitest';
import { createNetwork, DEFAULT_ARCHITECTURE } from '../../src/model/architecture.ts';
import { initialWeights } from '../../src/model/initialize.ts';
import { Random } from '../../src/random.ts';
import { type TrainingData, type TrainingOptions, type TrainingState, train } from '../../src/train/loop.ts';
import { DEFAULT_OPTIMIZER } from '../../src/train/optimizers/optimizers.ts';
import { DEFAULT_SCHEDULE } from '../../src/train/schedule.ts';
import { difference, numbers } from '../graph/evaluate.ts';

const DATA: TrainingData = {
  labels: [0, 1, 0, 1, 1, 0],
  shape: [1, 400, 200],
  read(segment, target) {
    const random = Random.named(1, `segment ${segment}`);
    for (let i = 0; i < target.length; i++) target[i] = random.uniform(-1, 1);
  },
};
const AGAIN: TrainingData = { ...DATA, repeated: { count: 6, which: (segment) => segment } };
const ARCHITECTURE = { ...DEFAULT_ARCHITECTURE, classes: 2, width: 0.125 } as const;
const OPTIONS: TrainingOptions = {
  ...{ architecture: ARCHITECTURE, optimizer: DEFAULT_OPTIMIZER, seed: 5, threads: 1, freeze: true },
  schedule: { ...DEFAULT_SCHEDULE, epochs: 3, batchSize: 4, decayEpochs: [3] },
  start: initialWeights(ARCHITECTURE, 7),
};
const HEAD = createNetwork(ARCHITECTURE).head.parameters;

describe('training of the head alone', () => {
  it('changes nothing else, running statistics neither, and keeps momentum of the head alone', async () => {
    const { tensors, history } = await train(AGAIN, OPTIONS);
    for (const [name, before] of Object.entries(OPTIONS.start!))
      if (HEAD.includes(name)) expect(tensors[name], name).not.toEqual(before);
      else expect(tensors[name], name).toEqual(before);
    const others = Object.keys(tensors).filter((name) => !(name in OPTIONS.start!));
    expect(others).toEqual(HEAD.map((name) => `momentum.${name}`));
    expect(history.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
  });

  it('is the same where nothing is kept of inputs, up to rounding; and stopped and resumed to the last bit', async () => {
    const whole = await train(AGAIN, OPTIONS);
    const unkept = await train(DATA, OPTIONS);
    const first = await train(AGAIN, { ...OPTIONS, schedule: { ...OPTIONS.schedule, epochs: 1 } });
    const resumed = await train(AGAIN, { ...OPTIONS, resume: first });
    for (const name of HEAD)
      expect(difference(numbers(unkept.tensors[name]!), numbers(whole.tensors[name]!)), name).toBeLessThan(1e-4);
    expect(resumed).toEqual(whole);
  });

  it('is all of training where the head is all of the network', async () => {
    const linear: TrainingOptions = {
      ...OPTIONS,
      architecture: { kind: 'linear', classes: 2, bands: 8 },
      start: undefined,
    };
    const [frozen, free]: TrainingState[] = [
      await train(AGAIN, linear),
      await train(AGAIN, { ...linear, freeze: false }),
    ];
    for (const name of Object.keys(free!.tensors))
      expect(difference(numbers(frozen!.tensors[name]!), numbers(free!.tensors[name]!)), name).toBeLessThan(1e-4);
  });
});
