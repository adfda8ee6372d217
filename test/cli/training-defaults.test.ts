import { expect, it } from 'vitest';
import { trainingDefaults } from '../../src/cli/training-defaults.ts';
import { learningRateAt } from '../../src/train/schedule.ts';

it('learning is the paper’s before spectrograms, and short behind an encoder', () => {
  expect(trainingDefaults({ frontEnd: 'spectrogram', pooling: 'attention' })).toEqual({
    ...{ epochs: 50, batchSize: 64, decay: [21, 31, 41], optimizer: 'sgd', learningRate: 0.05, weightDecay: 1e-4 },
  });
  expect(trainingDefaults({ frontEnd: 'encoder', pooling: 'gap' })).toEqual({
    ...{ epochs: 10, batchSize: 32, decay: [6, 9], optimizer: 'adamw', learningRate: 0.001, weightDecay: 0.01 },
  });
  for (const pooling of ['mean', 'statistics', undefined] as const)
    expect(trainingDefaults({ frontEnd: 'encoder', ...(pooling && { pooling }) })).toEqual({
      ...{ epochs: 10, batchSize: 32, decay: [6, 9], optimizer: 'sgd', learningRate: 0.01, weightDecay: 0.1 },
    });
});

it.each(['cnn-lstm', 'two-step'] as const)(
  'learning of %s is that of the sources, in as many passes as the paper’s',
  (frontEnd) => {
    expect(trainingDefaults({ frontEnd })).toEqual({
      ...{ epochs: 50, batchSize: 32, decay: [], optimizer: 'adam', learningRate: 0.001, weightDecay: 0 },
    });
  },
);

it('learning before descriptors is in the batches of Lee & Tashev', () => {
  expect(trainingDefaults({ frontEnd: 'dnn-elm' })).toEqual({
    ...{ epochs: 10, batchSize: 128, decay: [], optimizer: 'sgd', learningRate: 0.01, weightDecay: 1e-4 },
  });
});

it('learning of light-sernet is that of its authors’ program: the rate falls by exp(-0.15) every 20 epochs', () => {
  const { decay, decayBy, ...rest } = trainingDefaults({ frontEnd: 'light-sernet' });
  expect(rest).toEqual({ epochs: 300, batchSize: 32, optimizer: 'adam', learningRate: 1e-4, weightDecay: 2e-6 });
  expect([decay.length, decay[0], decay.at(-1)]).toEqual([12, 61, 281]);
  const schedule = { epochs: 300, batchSize: 32, learningRate: 1e-4, decayEpochs: decay, decayBy: decayBy! };
  const rates = [60, 61, 80, 81, 300].map((epoch) => learningRateAt(schedule, epoch));
  const expected = [1e-4, 8.6071e-5, 8.6071e-5, 7.4082e-5, 1.653e-5];
  for (const [i, rate] of rates.entries()) expect(rate / expected[i]!).toBeCloseTo(1, 4);
});

it('learning frame by frame is Adam’s, with gradients that are held', () => {
  expect(trainingDefaults({ frontEnd: 'rnn-elm' })).toEqual({
    ...{ epochs: 20, batchSize: 16, decay: [], optimizer: 'adam', learningRate: 0.001, weightDecay: 0, clipNorm: 5 },
  });
});

it('an optimiser that is asked for has its own rates, whatever the network', () => {
  const { learningRate, weightDecay } = trainingDefaults({ frontEnd: 'encoder', pooling: 'statistics' }, 'adam');
  expect([learningRate, weightDecay]).toEqual([0.001, 0]);
  expect(trainingDefaults({ frontEnd: 'encoder', pooling: 'gap' }, 'sgd')).toMatchObject({
    ...{ epochs: 10, learningRate: 0.05, weightDecay: 1e-4 },
  });
});
