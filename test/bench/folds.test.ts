import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { foldsPerHour, SEGMENTS_PER_FOLD } from '../../bench/folds.ts';
import { segmentStarts } from '../../src/features/segments.ts';

const published = async (file: string) => JSON.parse(await readFile(`results/emodb-attention/${file}`, 'utf8'));

it('a fold has the segments of the published run on EmoDB, in the mean over its folds', async () => {
  const { recordings } = (await published('manifest.json')) as {
    recordings: { durationSeconds: number; fold: string }[];
  };
  const { options } = await published('config.json');
  const folds = [...new Set(recordings.map(({ fold }) => fold))];
  const trainedOn = folds.map((tested) =>
    recordings
      .filter(({ fold }) => fold !== tested)
      .map(({ durationSeconds }) => segmentStarts(Math.round(durationSeconds * 16_000), 1).length)
      .reduce((a, b) => a + b),
  );
  expect(trainedOn).toContain(690); // speaker 03: accuracies in the run's log are whole numbers of 690ths
  const mean = trainedOn.reduce((a, b) => a + b) / folds.length;
  expect(SEGMENTS_PER_FOLD).toBeCloseTo(mean * options.schedule.epochs, 6);
});

it('34,830 segments an hour are one fold an hour', () => {
  expect(foldsPerHour(34_830 / 3600)).toBeCloseTo(1, 12);
});
