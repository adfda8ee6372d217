import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { machine } from '../../bench/machine.ts';
import { systemFigures, systemsText } from '../../bench/systems/figures.ts';
import { measureSystem, type SystemTiming } from '../../bench/systems/measure.ts';
import { CNN_LSTM_VARIANTS } from '../../bench/systems/race.ts';
import { writeSyntheticCorpus } from '../../src/corpus/synthetic.ts';
import { temporaryFolder } from '../cli/attune.ts';

const timing = (epochSeconds: readonly number[], scoringSeconds: number, peakRssMb: number): SystemTiming => ({
  ...{ parameters: 93252, epochSegments: 60, learnedSeconds: 90, epochSeconds, afterSeconds: scoringSeconds / 10 },
  fitSeconds: 9,
  ...{ scoredSeconds: 120, scoringSeconds, peakRssMb },
});
const amount = { speakers: 4, utterancesPerEmotion: 3, epochs: 3, rounds: 3 };

describe('figures of the systems', () => {
  const timings = [timing([2, 4], 10, 300), timing([3, 3], 6, 310), timing([50, 3], 8, 305)];
  const event = {
    event: 'train',
    variant: 'contiguous, eager, malloc',
    attune: [8, 9, 10],
    pytorch: [4, 6, 5],
  } as const;
  const race = { torch: '2.15.0', python: '3.11', events: [{ ...event, ratio: { median: 2, min: 1.5, max: 2 } }] };
  const figures = systemFigures(machine(1), amount, [{ system: 'gap-pooling', timings }], race);

  it('are medians over rounds, in segments and in seconds of recordings', () => {
    expect(figures.systems).toEqual([
      {
        ...{ system: 'gap-pooling', parameters: 93252, train_segments_per_s: 20, train_times_real_time: 30 },
        ...{ after_training_s: 0.8, fit_s: 9, score_times_real_time: 15, peak_rss_mb: 310 },
      },
    ]);
  });

  it('are shown, the race below them', () => {
    const text = systemsText(figures).replace(/ +/g, ' ');
    expect(text).toContain('gap-pooling 93,252 20 30 0.8 9 15 310');
    expect(text).toContain('PyTorch 2.15.0 as installed, its fastest variant of each event, 3 pairs');
    expect(text).toContain('train 9 5 2.00 1.50 to 2.00 contiguous, eager, malloc');
    expect(systemsText({ ...figures, race: null })).not.toContain('PyTorch');
  });
});

it('a network without batch norm is raced in all variants but the one that folds it', () => {
  expect(CNN_LSTM_VARIANTS.map(({ mode }) => mode)).toEqual([
    'eager',
    'compile',
    'frozen',
    'eager',
    'compile',
    'frozen',
  ]);
});

it('a system learns and scores as a fold does, and each epoch but the first is timed', async () => {
  const folder = await temporaryFolder();
  const directory = join(folder, 'voices');
  const { utterances } = await writeSyntheticCorpus(directory, { speakers: 3, utterancesPerEmotion: 1, seed: 1 });
  const cache = join(folder, 'cache');
  const task = { system: 'gap-pooling', threads: 1, epochs: 3, directory, cache, scratch: folder } as const;
  const { parameters, epochSegments, epochSeconds, learnedSeconds, scoredSeconds } = await measureSystem(task);
  expect(parameters).toBe(93_252);
  expect(epochSeconds).toHaveLength(2);
  expect(utterances).toHaveLength(12);
  expect(epochSegments).toBeGreaterThanOrEqual(8); // of two of three speakers
  expect(learnedSeconds).toBeLessThan(scoredSeconds);
  expect((await measureSystem(task)).epochSeconds).toHaveLength(2); // in the next round too
  const choosing = await measureSystem({ ...task, system: 'dnn-elm' });
  const frames = choosing.epochSegments / choosing.learnedSeconds; // 30 % of 100 a second, of the network in use alone
  expect(frames).toBeGreaterThan(20);
  expect(frames).toBeLessThan(31);
});
