import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readSplit } from '../../src/corpus/split.ts';
import { checkSplit } from '../../src/verify/split.ts';
import { folderWith } from '../corpus/folder.ts';
import { predict } from '../evaluate/predict.ts';
import { runOf } from '../evaluate/run.ts';

it('goes by the name that means a recording best, where others that the run leaves out resemble it', async () => {
  const rows = ['old/anna/07,b', 'anna/07,a', 'data/bob/08.wav,b', 'zoe/08.wav,a'];
  const path = join(await folderWith({ 'folds.csv': ['utterance,fold', ...rows].join('\n') }), 'folds.csv');
  const { sha256 } = await readSplit(path);
  const { config, ...run } = runOf([
    predict('anna/07', 'anna', 'sad', 'sad', 'a'),
    predict('bob/08', 'bob', 'sad', 'sad', 'b'),
  ]);
  const options = { ...config.options, protocol: 'split' as const, split: { name: 'folds.csv', sha256 } };
  const found = await checkSplit({ ...run, config: { ...config, options } } as never, path);
  expect(found).toEqual([
    expect.objectContaining({ text: expect.stringContaining('2 recordings are tested by the folds') }),
  ]);
});
