import { describe, expect, it } from 'vitest';
import { DEFAULT_FRONT_END } from '../../src/features/front-end.ts';
import type { Offset } from '../../src/features/segmentation.ts';
import { optionChanges, systemChanges } from '../../src/run/differences.ts';
import { predict } from '../evaluate/predict.ts';
import { runOf } from '../evaluate/run.ts';

const { config } = runOf([predict('a1', 'a', 'sad', 'sad')]);
const { offset: _, ...unstated } = DEFAULT_FRONT_END;
const asked = (offset?: Offset) => {
  const frontEnd = offset ? { ...unstated, offset } : unstated;
  return { corpus: 'made', options: { ...config.options, frontEnd } };
};

it('goes on with short utterances as before, where it does not state how they are scored', () => {
  const { shortInUse: _, ...unfilled } = DEFAULT_FRONT_END;
  const before = {
    corpus: 'made',
    options: { ...config.options, frontEnd: { ...unfilled, shortUtterances: 'drop' } },
  } as const;
  const now = (shortInUse: 'pad' | 'repeat') => ({
    corpus: 'made',
    options: { ...config.options, frontEnd: { ...before.options.frontEnd, shortInUse } },
  });
  expect(optionChanges(before, now('pad'))).toEqual([]);
  expect(optionChanges(before, now('repeat'))).toEqual(['frontEnd.shortInUse was "pad", is "repeat"']);
});

it('goes on with a split that was moved, and is a seed of its system, and of no other', () => {
  const by = (name: string, sha256: string, namesElsewhere?: number) => ({
    corpus: 'made',
    options: { ...config.options, split: { name, sha256, ...(namesElsewhere && { namesElsewhere }) } },
  });
  const first = by('folds.csv', 'a1');
  for (const moved of [by('mine.csv', 'a1'), by('folds.csv', 'a1', 3)]) {
    expect(optionChanges(first, moved)).toEqual([]);
    expect(systemChanges(first.options, moved.options)).toEqual([]);
  }
  expect(systemChanges(first.options, by('folds.csv', 'b2').options)).toEqual(['split was "a1", is "b2"']);
  expect(optionChanges(by('folds.csv', 'a1'), by('folds.csv', 'b2'))).toEqual(['split was "a1", is "b2"']);
  expect(optionChanges(asked(), by('folds.csv', 'a1'))).toContain('split was undefined, is "a1"');
});

describe('a run that does not state what becomes of the mean of segments', () => {
  it.each<[Offset, string[]]>([
    ['remove-in-use', []],
    ['remove', ['frontEnd.offset was "remove-in-use", is "remove"']],
    ['keep', ['frontEnd.offset was "remove-in-use", is "keep"']],
  ])('goes on as the last version that did not did, asked for %s', (offset, changes) => {
    expect(optionChanges(asked(), asked(offset))).toEqual(changes);
  });

  it.each<[Offset | undefined, number]>([
    ['keep', 0],
    ['remove-in-use', 0],
    [undefined, 0],
    ['remove', 1],
  ])('is a seed of one system with a run of %s: %i changes', (offset, changes) => {
    const [one, other] = [asked().options, asked(offset).options];
    expect(systemChanges(one, other)).toHaveLength(changes);
    expect(systemChanges(other, one)).toHaveLength(changes);
  });
});
