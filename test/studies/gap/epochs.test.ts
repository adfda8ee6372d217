import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Emotion } from '../../../src/corpus/emotions.ts';
import { EMOTIONS } from '../../../src/corpus/emotions.ts';
import { runPaths, writeJson } from '../../../src/run/run-folder.ts';
import { confusionOf, scoresOf } from '../../../src/statistics/confusion.ts';
import { bestForAll, bestOfEachFold, readEpochs } from '../../../src/studies/gap/epochs.ts';
import { DEFAULT_SCHEDULE } from '../../../src/train/schedule.ts';
import { temporaryFolder } from '../../cli/attune.ts';
import { predict } from '../../evaluate/predict.ts';

/** Right answers by class: `neutral` of 6 or 2, `happy` of 1 or 2; the others are taken for sad. */
function epoch(fold: string, of: Record<'neutral' | 'happy', number>, right: Record<'neutral' | 'happy', number>) {
  return (['neutral', 'happy'] as const).flatMap((emotion: Emotion & keyof typeof of) =>
    Array.from({ length: of[emotion] }, (_, i) =>
      predict(`${fold}-${emotion}-${i}`, fold, emotion, i < right[emotion] ? emotion : 'sad'),
    ),
  );
}

const [X, Y] = [
  { neutral: 6, happy: 1 },
  { neutral: 2, happy: 2 },
];
/**
 * UA of fold x: (5/6 + 0) / 2, (3/6 + 1) / 2, the same again; its WA is highest in the first epoch. UA of fold y: 1, 1/2, 3/4. Pooled
 * over 8 and 3 utterances: (7/8 + 2/3) / 2 = 0.771, (4/8 + 2/3) / 2 = 0.583, (5/8 + 2/3) / 2 = 0.646.
 */
const FOLDS = new Map([
  [
    'x',
    [
      epoch('x', X, { neutral: 5, happy: 0 }),
      epoch('x', X, { neutral: 3, happy: 1 }),
      epoch('x', X, { neutral: 3, happy: 1 }),
    ],
  ],
  [
    'y',
    [
      epoch('y', Y, { neutral: 2, happy: 2 }),
      epoch('y', Y, { neutral: 1, happy: 1 }),
      epoch('y', Y, { neutral: 2, happy: 1 }),
    ],
  ],
]);

describe('the best test epoch', () => {
  it('of each fold is that of its highest UA, of equals the first', () => {
    const { epochs, predictions } = bestOfEachFold(FOLDS, EMOTIONS);
    expect(epochs).toEqual([
      { fold: 'x', epoch: 2 },
      { fold: 'y', epoch: 1 },
    ]);
    const { wa, ua } = scoresOf(confusionOf(predictions, EMOTIONS));
    expect(wa).toBeCloseTo((3 + 1 + 4) / 11, 12);
    expect(ua).toBeCloseTo((5 / 8 + 3 / 3) / 2, 12);
  });

  it('of all folds at once is that of the highest pooled UA', () => {
    const { epochs, predictions } = bestForAll(FOLDS, EMOTIONS);
    expect(epochs).toEqual([
      { fold: 'x', epoch: 1 },
      { fold: 'y', epoch: 1 },
    ]);
    const { wa, ua } = scoresOf(confusionOf(predictions, EMOTIONS));
    expect(wa).toBeCloseTo((5 + 4) / 11, 12);
    expect(ua).toBeCloseTo((7 / 8 + 2 / 3) / 2, 12);
  });
});

describe('epochs on disk', async () => {
  const run = await temporaryFolder();

  it('are read in their order, ten after nine', async () => {
    for (let number = 1; number <= 10; number++) {
      const path = runPaths(run).epoch('a b', number);
      await mkdir(dirname(path), { recursive: true });
      await writeJson(path, [predict(`utterance ${number}`, 's', 'sad', 'sad')]);
    }
    const epochs = await readEpochs(run, ['a b'], { schedule: { ...DEFAULT_SCHEDULE, epochs: 10 } });
    const names = epochs.get('a b')!.map(([prediction]) => prediction!.utterance);
    expect(names).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((number) => `utterance ${number}`));
  });

  it('are refused where one is missing', async () => {
    await expect(readEpochs(run, ['a b'], { schedule: { ...DEFAULT_SCHEDULE, epochs: 11 } })).rejects.toMatchObject({
      code: 'run',
      message: expect.stringContaining('11.json is missing'),
    });
  });
});
