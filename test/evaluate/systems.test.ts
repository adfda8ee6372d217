import { expect, it } from 'vitest';
import type { Fold } from '../../src/corpus/utterance.ts';
import { checkFolds, checkSystem, systemWarnings } from '../../src/evaluate/systems.ts';
import { DEFAULT_FRONT_END, DEFAULT_LOG_FRONT_END } from '../../src/features/front-end.ts';
import { DEFAULT_DENSE } from '../../src/model/dense/architecture.ts';
import { DEFAULT_TWO_STEP } from '../../src/model/two-step/architecture.ts';
import type { Recording, RunOptions } from '../../src/run/run-files.ts';
import { DEFAULT_ELM } from '../../src/train/learners/elm-settings.ts';
import { DEFAULT_OPTIMIZER } from '../../src/train/optimizers/optimizers.ts';
import { DEFAULT_SCHEDULE } from '../../src/train/schedule.ts';
import { predict } from './predict.ts';

const OPTIONS: RunOptions = {
  ...{ protocol: 'leave-one-speaker-out', architecture: DEFAULT_DENSE, elm: DEFAULT_ELM, seed: 1, threads: 1 },
  frontEnd: { kind: 'descriptors', set: 'lee-tashev', segmentFrames: 25 },
  ...{ schedule: DEFAULT_SCHEDULE, optimizer: DEFAULT_OPTIMIZER },
};
const { elm: _, ...WITHOUT } = OPTIONS;

it.each<[string, RunOptions, RegExp]>([
  ['no machine behind descriptors', WITHOUT, /expected `elm`/],
  [
    'a machine behind spectrograms',
    { ...OPTIONS, frontEnd: DEFAULT_FRONT_END },
    /front end of descriptors, got spectr/,
  ],
  [
    'altered copies',
    { ...OPTIONS, augmentation: { copies: 1, alterations: ['noise'], masks: false } },
    /leave `augmentation` out/,
  ],
  [
    'two steps whose classes do not come equally often',
    { ...WITHOUT, architecture: DEFAULT_TWO_STEP, frontEnd: DEFAULT_LOG_FRONT_END },
    /set `balance`, which is its default/,
  ],
  ['training on all', { ...OPTIONS, protocol: 'train-on-all' }, /is for cross-validation/],
])('refuses %s', (_, options, message) => {
  expect(() => checkSystem(OPTIONS)).not.toThrow();
  expect(() => checkSystem(options)).toThrow(expect.objectContaining({ code: 'usage' }));
  expect(() => checkSystem(options)).toThrow(message);
});

it('refuses a fold of one training speaker where a choice is made by leaving some out', () => {
  const utterance = (speaker: string) => ({ ...predict(speaker, speaker, 'sad', 'sad'), file: '', id: speaker });
  const fold = (name: string, ...train: string[]) => ({ name, train: train.map(utterance), test: [] });
  const folds = [fold('a', 'b', 'c'), fold('b', 'c', 'c')] as unknown as Fold[];
  expect(() => checkFolds(OPTIONS, folds)).toThrow(
    /^fold b has one training speaker, of whom none can be left out to choose ridge and gamma by: add speakers, or/,
  );
  const tune = { innerFolds: 3, thresholds: [0.4, 0.5] };
  expect(() => checkFolds({ ...WITHOUT, tune }, folds)).toThrow(/choose the threshold by/);
  expect(() => checkFolds(OPTIONS, folds.slice(0, 1))).not.toThrow();
  const elm = { ...DEFAULT_ELM, ridges: [0.1], hidden: { kind: 'rbf', gammas: [1] } as const };
  expect(() => checkFolds({ ...OPTIONS, elm }, folds)).not.toThrow();
});

it('names recordings that are shorter than a segment, and no others', () => {
  // 25 frames of 25 ms every 10 ms are 24 times 10 ms and 25 ms: 265 ms
  const recordings = [0.2, 0.264, 0.265, 3].map(
    (durationSeconds, i) => ({ file: `${i}.wav`, durationSeconds }) as Recording,
  );
  expect(systemWarnings(OPTIONS, { recordings })).toEqual([
    'warning: shorter than a segment of 25 frames (0.265 s), so that their first and last frames stand in for what is missing: 0.wav, 1.wav',
  ]);
  expect(systemWarnings(OPTIONS, { recordings: recordings.slice(2) })).toEqual([]);
  expect(systemWarnings({ ...OPTIONS, frontEnd: DEFAULT_FRONT_END }, { recordings })).toEqual([]);
});
