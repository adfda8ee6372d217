import { expect, it } from 'vitest';
import { createExplainer } from '../../../src/explain/explainer.ts';
import { DEFAULT_FRONT_END } from '../../../src/features/front-end.ts';
import { createNetwork } from '../../../src/model/architecture.ts';
import { initialWeights } from '../../../src/model/initialize.ts';
import { Random } from '../../../src/random.ts';
import { createRecognizer } from '../../../src/recognize/recognizer.ts';
import { initialState, train, weightsOf } from '../../../src/train/loop.ts';
import { DEFAULT_OPTIMIZER } from '../../../src/train/optimizers/optimizers.ts';
import { DEFAULT_SCHEDULE } from '../../../src/train/schedule.ts';
import { trainingGraph } from '../../../src/train/step.ts';
import { difference, evaluate, numbers, values } from '../../graph/evaluate.ts';

const ARCHITECTURE = { kind: 'linear', classes: 3, bands: 4 } as const;
const [BATCH, BINS, FRAMES] = [2, 8, 5];

it('is softmax regression on the mean of each band: logits, loss and gradients by hand', async () => {
  const random = new Random(1);
  const x = Array.from({ length: BATCH * BINS * FRAMES }, () => random.uniform(-1, 1));
  const weight = Array.from({ length: 12 }, () => random.uniform(-1, 1));
  const [bias, target] = [
    [0.1, -0.2, 0.3],
    [2, 0],
  ];
  const graph = trainingGraph(createNetwork(ARCHITECTURE), [1, BINS, FRAMES], DEFAULT_OPTIMIZER, {
    keepGradients: true,
  });
  const out = await evaluate(graph, {
    ...initialState(ARCHITECTURE, 1).tensors,
    ...{ 'fc.weight': values(weight, [3, 4]), 'fc.bias': values(bias, [3]) },
    features: values(x, [BATCH, 1, BINS, FRAMES]),
    target: { data: BigInt64Array.from(target, BigInt), shape: [BATCH] },
    learning_rate: values([0], []),
  });
  // a band is two bins of five frames
  const means = (n: number) =>
    [0, 1, 2, 3].map((band) => {
      const first = (n * BINS + 2 * band) * FRAMES;
      return x.slice(first, first + 2 * FRAMES).reduce((a, b) => a + b) / (2 * FRAMES);
    });
  const logits = [0, 1].map((n) =>
    bias.map((b, k) => b + means(n).reduce((sum, mean, band) => sum + mean * weight[4 * k + band]!, 0)),
  );
  const probabilities = logits.map((row) => {
    const sum = row.reduce((total, logit) => total + Math.exp(logit), 0);
    return row.map((logit) => Math.exp(logit) / sum);
  });
  const off = probabilities.map((row, n) => row.map((p, k) => (p - (k === target[n] ? 1 : 0)) / BATCH));
  const dWeight = bias.flatMap((_, k) =>
    [0, 1, 2, 3].map((band) => off[0]![k]! * means(0)[band]! + off[1]![k]! * means(1)[band]!),
  );
  expect(difference(numbers(out.logits!), logits.flat())).toBeLessThan(1e-5);
  expect(numbers(out.loss!)[0]).toBeCloseTo(
    -(Math.log(probabilities[0]![2]!) + Math.log(probabilities[1]![0]!)) / 2,
    5,
  );
  expect(difference(numbers(out['grad.fc.weight']!), dWeight)).toBeLessThan(1e-6);
  expect(
    difference(
      numbers(out['grad.fc.bias']!),
      bias.map((_, k) => off[0]![k]! + off[1]![k]!),
    ),
  ).toBeLessThan(1e-6);
});

it('learns and recognises like any other network, in 12 numbers, and has no maps to explain it by', async () => {
  const labels = [0, 1, 2, 0, 1, 2];
  const data = {
    labels,
    shape: [1, 400, 200],
    // class k is loud in the k-th quarter of the bins
    read: (segment: number, target: Float32Array) =>
      void target.fill(0).fill(1, labels[segment]! * 20_000, (labels[segment]! + 1) * 20_000),
  };
  const schedule = { ...DEFAULT_SCHEDULE, epochs: 40, batchSize: 6, learningRate: 1, decayEpochs: [] };
  const state = await train(data, {
    architecture: ARCHITECTURE,
    schedule,
    optimizer: DEFAULT_OPTIMIZER,
    seed: 1,
    threads: 1,
  });
  expect(state.history.at(-1)!.loss).toBeLessThan(state.history[0]!.loss / 3);
  const tensors = weightsOf(state);
  expect(Object.keys(tensors)).toEqual(Object.keys(initialWeights(ARCHITECTURE, 1)));

  const checkpoint = {
    architecture: ARCHITECTURE,
    frontEnd: DEFAULT_FRONT_END,
    classes: ['low', 'mid', 'high'],
    tensors,
  };
  const recognizer = await createRecognizer(checkpoint, { threads: 1 });
  const samples = Float32Array.from({ length: 32_000 }, (_, i) => Math.sin((2 * Math.PI * 1500 * i) / 16_000));
  const { emotion } = await recognizer.recognize({ samples, sampleRate: 16_000 }).finally(recognizer.close);
  expect(emotion).toBe('mid'); // 1500 Hz of quarters of 1000 Hz
  await expect(createExplainer(checkpoint)).rejects.toThrow('this network has linear on 4 bands');
});
