import { expect, it } from 'vitest';
import { trainingDefaults } from '../../src/cli/training-defaults.ts';

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

it('an optimiser that is asked for has its own rates, whatever the network', () => {
  const { learningRate, weightDecay } = trainingDefaults({ frontEnd: 'encoder', pooling: 'statistics' }, 'adam');
  expect([learningRate, weightDecay]).toEqual([0.001, 0]);
  expect(trainingDefaults({ frontEnd: 'encoder', pooling: 'gap' }, 'sgd')).toMatchObject({
    ...{ epochs: 10, learningRate: 0.05, weightDecay: 1e-4 },
  });
});
