import { beforeAll, describe, expect, it } from 'vitest';
import { BINS, FRAMES } from '../../src/features/spectrogram.ts';
import { readSafetensors, writeSafetensors } from '../../src/graph/safetensors.ts';
import { createSession } from '../../src/graph/session.ts';
import { type Architecture, createNetwork, DEFAULT_ARCHITECTURE } from '../../src/model/architecture.ts';
import { Random } from '../../src/random.ts';
import {
  batches,
  initialState,
  type TrainingData,
  type TrainingOptions,
  type TrainingState,
  train,
  weightsOf,
} from '../../src/train/loop.ts';
import { DEFAULT_OPTIMIZER, OPTIMIZER_DEFAULTS } from '../../src/train/optimizers/optimizers.ts';
import { DEFAULT_SCHEDULE } from '../../src/train/schedule.ts';
import { trainingGraph } from '../../src/train/step.ts';
import { difference, numbers, values } from '../graph/evaluate.ts';

/** Spectrograms of noise with tones that last in class 0, and with clicks in class 1. */
function tonesAndClicks(count: number): TrainingData {
  const labels = Array.from({ length: count }, (_, i) => i % 2);
  return {
    labels,
    shape: [1, BINS, FRAMES],
    read(segment, target) {
      const random = Random.named(1, `segment ${segment}`);
      for (let i = 0; i < target.length; i++) {
        const along = labels[segment] ? i % FRAMES : Math.floor(i / FRAMES);
        target[i] = 0.2 * random.uniform() + (along % 16 < 8 ? 0.7 : 0);
      }
    },
  };
}

/** The same, and told that they come again in every epoch. */
const repeatedly = (data: TrainingData): TrainingData => ({
  ...data,
  repeated: { count: data.labels.length, which: (segment) => segment },
});

const OPTIONS: TrainingOptions = {
  architecture: { ...DEFAULT_ARCHITECTURE, classes: 2, width: 0.125 },
  schedule: { ...DEFAULT_SCHEDULE, epochs: 2, batchSize: 4, decayEpochs: [2] },
  optimizer: DEFAULT_OPTIMIZER,
  seed: 5,
  threads: 1,
};
const bytesOf = ({ tensors }: TrainingState) => Buffer.from(writeSafetensors({ tensors, metadata: {} }));

describe('training', () => {
  const data = tonesAndClicks(6);
  let whole: TrainingState;
  beforeAll(async () => {
    whole = await train(data, OPTIONS);
  });

  it('gives the same bytes for the same seed, and others for another', async () => {
    const again = await train(data, OPTIONS);
    expect(bytesOf(again).equals(bytesOf(whole))).toBe(true);
    expect(again.history).toEqual(whole.history);
    const other = await train(data, { ...OPTIONS, seed: 6 });
    expect(bytesOf(other).equals(bytesOf(again))).toBe(false);
  });

  it('stopped after an epoch and resumed gives the bytes of one that never stopped', async () => {
    const first = await train(data, { ...OPTIONS, schedule: { ...OPTIONS.schedule, epochs: 1 } });
    const stored = { ...first, tensors: readSafetensors(bytesOf(first), 'a checkpoint').tensors };
    const seen: number[] = [];
    const resumed = await train(data, { ...OPTIONS, resume: stored, onStep: (segments) => seen.push(segments) });
    expect(bytesOf(resumed).equals(bytesOf(whole))).toBe(true);
    expect(bytesOf(resumed).equals(bytesOf(first))).toBe(false);
    expect(resumed.history).toEqual(whole.history);
    expect(seen).toEqual([10, 12]);
  });

  it('is the same, up to rounding, of spectrograms that are known to come again; and stopped and resumed to the last bit', async () => {
    const known = await train(repeatedly(data), OPTIONS);
    for (const [i, { loss }] of known.history.entries()) expect(loss).toBeCloseTo(whole.history[i]!.loss, 4);
    for (const [name, { data }] of Object.entries(known.tensors))
      expect(difference(numbers({ data, shape: [] }), numbers(whole.tensors[name]!)), name).toBeLessThan(0.01);
    const first = await train(repeatedly(data), { ...OPTIONS, schedule: { ...OPTIONS.schedule, epochs: 1 } });
    const resumed = await train(repeatedly(data), { ...OPTIONS, resume: first });
    expect(bytesOf(resumed).equals(bytesOf(known))).toBe(true);
  });

  it('tells of each step and waits for whoever is told of each epoch', async () => {
    const told: string[] = [];
    const result = await train(data, {
      ...OPTIONS,
      onStep: (segments) => told.push(`${segments} segments`),
      async onEpoch({ history, tensors }) {
        await new Promise((resolve) => setTimeout(resolve));
        told.push(`epoch ${history.length}, ${Object.keys(tensors).length} tensors`);
      },
    });
    expect(told).toEqual([
      '4 segments',
      '6 segments',
      'epoch 1, 50 tensors',
      '10 segments',
      '12 segments',
      'epoch 2, 50 tensors',
    ]);
    expect(result.history.map(({ epoch, learningRate }) => [epoch, learningRate])).toEqual([
      [1, 0.05],
      [2, 0.05 / 10],
    ]);
  });

  it('reports loss and accuracy over the segments, not over the batches', async () => {
    const session = await createSession(trainingGraph(createNetwork(OPTIONS.architecture), [1, BINS, FRAMES]), {
      threads: 1,
    });
    let { tensors } = initialState(OPTIONS.architecture, OPTIONS.seed);
    let [loss, right] = [0, 0];
    for (const batch of batches(6, 4, Random.named(OPTIONS.seed, 'epoch 1'))) {
      const target = batch.map((segment) => data.labels[segment]!);
      const spectrograms = new Float32Array(batch.length * BINS * FRAMES);
      for (const [i, segment] of batch.entries())
        data.read(segment, spectrograms.subarray(i * BINS * FRAMES, (i + 1) * BINS * FRAMES), 1);
      const out = await session.run({
        ...tensors,
        features: values(spectrograms, [batch.length, 1, BINS, FRAMES]),
        target: { data: BigInt64Array.from(target, BigInt), shape: [batch.length] },
        learning_rate: values([0.05], []),
      });
      const logits = numbers(out.logits!);
      for (const [i, label] of target.entries()) {
        const [own, other] = [logits[2 * i + label]!, logits[2 * i + 1 - label]!];
        loss += Math.log(1 + Math.exp(other - own)) / 6;
        right += own > other ? 1 : 0;
      }
      tensors = Object.fromEntries(Object.keys(tensors).map((name) => [name, out[`new.${name}`]!]));
    }
    await session.close();
    expect(whole.history[0]!.loss).toBeCloseTo(loss, 5);
    expect(whole.history[0]!.accuracy).toBeCloseTo(right / 6, 10);
  });

  it('says that it has diverged only where it has, and names a segment that is no numbers', async () => {
    const wild = { ...OPTIONS, schedule: { ...OPTIONS.schedule, learningRate: 1e30 } };
    await expect(train(data, wild)).rejects.toMatchObject({
      message: expect.stringMatching(/in epoch 1: training has diverged; give a lower learning rate/),
      isFinal: true, // a queue does not try it again
    });
    const damaged: TrainingData = {
      ...data,
      read(segment, target, epoch) {
        data.read(segment, target, epoch);
        if (segment === 3) target[100] = Number.NaN;
      },
    };
    await expect(train(damaged, OPTIONS)).rejects.toThrow('in the features of segment 3, got NaN');
    await expect(train({ ...damaged, nameOf: (segment) => `${segment}.wav` }, OPTIONS)).rejects.toThrow(
      'in the features of 3.wav, got NaN; they are damaged',
    );
  });

  it('refuses a schedule out of range before it starts', async () => {
    const schedule = { ...OPTIONS.schedule, batchSize: 1 };
    await expect(train(data, { ...OPTIONS, schedule })).rejects.toMatchObject({ name: 'AttuneError', code: 'usage' });
  });

  it('learns what can be learnt', async () => {
    const { history } = await train(tonesAndClicks(8), {
      ...OPTIONS,
      schedule: { ...OPTIONS.schedule, epochs: 6, decayEpochs: [] },
    });
    const [first, last] = [history[0]!, history.at(-1)!];
    expect(last.loss).toBeLessThan(first.loss / 3);
    expect(last.accuracy).toBe(1);
  });
});

describe('training on what cannot be learnt from', () => {
  it.each<[string, Partial<TrainingData>, string, RegExp]>([
    ['one segment', { labels: [0] }, 'run', /expected two segments or more .* got 1/],
    ['a label out of range', { labels: [0, 2] }, 'usage', /expected labels from 0 to 1, got 2/],
    [
      'numbers that are none',
      { read: (_, target) => void target.fill(Number.NaN) },
      'run',
      /in the features of segment \d, got NaN/,
    ],
  ])('says so: %s', async (_, change, code, message) => {
    const training = train({ ...tonesAndClicks(2), ...change }, OPTIONS);
    await expect(training).rejects.toMatchObject({ name: 'AttuneError', code });
    await expect(training).rejects.toThrow(message);
  });
});

describe('training on frames that are finite and too great', () => {
  it.each(['mean', 'attention'] as const)('names them, with %s', async (pooling) => {
    const architecture: Architecture = {
      ...{ kind: 'frames', pooling, classes: 2, channels: pooling === 'mean' ? 0 : 2, frameWidth: 2 },
      ...(pooling === 'mean' && { speakerDirections: 1 }),
    };
    const huge: TrainingData = {
      ...{
        labels: [0, 1, 0, 1],
        speakers: ['a', 'a', 'b', 'b'],
        shape: [100, 3],
        nameOf: (segment) => `${segment}.wav`,
      },
      read: (segment, target) => void target.fill(1).fill(segment === 2 ? 2e37 : 0.5 + segment, 0, 299),
    };
    const training = train(huge, { ...OPTIONS, architecture });
    await expect(training).rejects.toMatchObject({ name: 'AttuneError', code: 'run' });
    await expect(training).rejects.toThrow(
      /numbers from -1\.8e\+19 to 1\.8e\+19, .* in the features of 2\.wav, got 2e\+37; they are too great .*: give an encoder/,
    );
  });
});

describe('the state of training', () => {
  it('starts with momentum 0 for each parameter, and without epochs', () => {
    const { tensors, history } = initialState(OPTIONS.architecture, 5);
    expect(history).toEqual([]);
    const momentum = Object.entries(tensors).filter(([name]) => name.startsWith('momentum.'));
    expect(momentum).toHaveLength(20);
    for (const [name, { data, shape }] of momentum) {
      expect(shape).toEqual(tensors[name.replace('momentum.', '')]!.shape);
      expect(data.every((value) => value === 0)).toBe(true);
    }
  });

  it.each<[string, Partial<TrainingOptions>, RegExp]>([
    [
      'optimiser',
      { optimizer: OPTIMIZER_DEFAULTS.adam.optimizer },
      /whose first_moment\.conv1\S+ is \[\S+\], got none; give/,
    ],
    [
      'width',
      { architecture: { ...DEFAULT_ARCHITECTURE, classes: 2, width: 0.25 } },
      /whose conv\S+ is \[\S+\], got \[\S+\]; give/,
    ],
  ])('is not gone on from with another %s', async (_, change, message) => {
    const training = train(tonesAndClicks(2), { ...OPTIONS, ...change, resume: initialState(OPTIONS.architecture, 5) });
    await expect(training).rejects.toMatchObject({ name: 'AttuneError', code: 'usage' });
    await expect(training).rejects.toThrow(message);
  });

  it('gives inference the parameters and running statistics alone', () => {
    const names = Object.keys(weightsOf(initialState(OPTIONS.architecture, 5)));
    expect(names).toHaveLength(30);
    expect(names.filter((name) => name.startsWith('momentum'))).toEqual([]);
    expect(names).toContain('bn5.running_var');
  });
});
