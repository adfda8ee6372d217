import { expect, it } from 'vitest';
import { FOLD } from '../../src/evaluate/units.ts';

it('asks a machine for each corpus whether it has it, though two have the same manifest', () => {
  const [one, copy] = ['voices', 'voices2'].map((corpus) => FOLD.needs!({ fold: 'f01', corpus }));
  expect(one).not.toBe(copy);
  expect(FOLD.needs!({ fold: 'f02', corpus: 'voices' })).toBe(one); // one look for all folds
});
