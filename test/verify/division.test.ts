import { expect, it } from 'vitest';
import { checkDivision } from '../../src/verify/division.ts';
import { predict } from '../evaluate/predict.ts';
import { runOf } from '../evaluate/run.ts';

it('finds recordings that another corpus tests, and a corpus that none does, where one is left out at a time', () => {
  const files = (...folds: readonly [utterance: string, fold: string][]) => {
    const predictions = folds.map(([id, fold]) => ({ ...predict(id, id, 'sad', 'sad'), fold }));
    const { config, manifest } = runOf(predictions);
    const options = { ...config.options, protocol: 'leave-one-corpus-out' } as const;
    return {
      ...{ run: 'run', predictions, folds: [...new Set(folds.map(([, fold]) => fold))] },
      ...{ config: { ...config, options }, manifest: { ...manifest, parts: ['emodb', 'csv'] } },
    };
  };
  const told = (...folds: readonly [string, string][]) => checkDivision(files(...folds)).map(({ text }) => text);
  expect(told(['emodb/1', 'emodb'], ['csv/1', 'csv'])).toEqual([
    'no speaker stands on both sides of a fold; 2 folds as leave-one-corpus-out makes them',
  ]);
  expect(told(['emodb/1', 'emodb'], ['csv/1', 'csv'], ['csv/2', 'emodb'])).toEqual([
    'csv/2 of corpus csv is tested by fold emodb, though leave-one-corpus-out makes a fold a corpus',
  ]);
  expect(told(['emodb/1', 'emodb'])).toEqual(['manifest.json has 1 fold, though leave-one-corpus-out was to make 2']);
});

it('leaves folds that others published to whoever has their list', () => {
  const predictions = ['a', 'b'].map((id) => ({ ...predict(id, id, 'sad', 'sad'), fold: id }));
  const { config, manifest } = runOf(predictions);
  const split = { name: 'folds.csv', sha256: '0'.repeat(64) };
  const options = { ...config.options, protocol: 'split', split } as const;
  const files = { run: 'run', predictions, folds: ['a', 'b'], config: { ...config, options }, manifest };
  expect(checkDivision(files).map(({ text }) => text)).toEqual(['no speaker stands on both sides of a fold; 2 folds']);
});
