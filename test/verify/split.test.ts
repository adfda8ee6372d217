import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readSplit } from '../../src/corpus/split.ts';
import type { FinishedRun } from '../../src/verify/doubted-run.ts';
import { checkSplit } from '../../src/verify/split.ts';
import { folderWith } from '../corpus/folder.ts';
import { predict } from '../evaluate/predict.ts';
import { runOf } from '../evaluate/run.ts';

const run = ({ sha256 }: { readonly sha256: string }) => {
  const { config, ...others } = runOf([
    predict('anna/07', 'anna', 'sad', 'sad', 'a'),
    predict('bob/08', 'bob', 'sad', 'sad', 'b'),
  ]);
  const options = { ...config.options, protocol: 'split' as const, split: { name: 'folds.csv', sha256 } };
  return { ...others, config: { ...config, options } } as unknown as FinishedRun;
};
const csv = async (...rows: readonly string[]) =>
  join(await folderWith({ 'folds.csv': ['utterance,fold', ...rows].join('\n') }), 'folds.csv');
const tested = expect.stringMatching(/^2 recordings are tested by the folds of [^,]*$/);

it('goes by the name that means a recording best, where others that the run leaves out resemble it', async () => {
  const path = await csv('old/anna/07,b', 'anna/07,a', 'data/bob/08.wav,b', 'zoe/08.wav,a');
  expect(await checkSplit(run(await readSplit(path)), path)).toEqual([{ result: 'agrees', text: tested }]);
});

it('looks at the folds of a split that is no copy of the run’s', async () => {
  const [same, other] = [await csv('anna/07,a', 'bob/08,b', ''), await csv('anna/07,a', 'bob/08,a', 'c/09,b')];
  const made = run(await readSplit(await csv('anna/07,a', 'bob/08,b')));
  expect(await checkSplit(made, same)).toEqual([
    {
      result: 'agrees',
      text: expect.stringMatching(/^2 recordings .*, which is no copy of the split that the run was made/),
    },
  ]);
  expect(await checkSplit(made, other)).toEqual([
    { result: 'differs', text: expect.stringMatching(/has SHA-256 \w{64}, the split that/) },
    { result: 'differs', text: expect.stringMatching(/^bob\/08 is tested by fold b, in .*folds\.csv by a$/) },
  ]);
});
