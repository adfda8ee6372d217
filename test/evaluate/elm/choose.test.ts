import { expect, it } from 'vitest';
import { chosenOf } from '../../../src/evaluate/elm/choose.ts';
import { speakerGroups } from '../../../src/evaluate/elm/heard.ts';
import type { ElmSettings } from '../../../src/train/learners/elm-settings.ts';
import { constantsOf } from '../../../src/train/learners/elm-settings.ts';

const SETTINGS: ElmSettings = {
  ...{ hidden: { kind: 'rbf', gammas: [1, 3] }, ridges: [10, 0.1] },
  ...{ innerFolds: 2, threshold: 0.2 },
};

it('takes the constants of the greatest UA over all who were left out, the first of equals', () => {
  // by hand: recalls of 3/4 and 1/2; of 3/4 and 3/4; one group unsolved; of 4/4 and 1/2
  const right = (a: number, b: number) => [
    [a, 2 - a],
    [1 - b, b],
  ];
  const first = [right(2, 0), right(2, 1), right(2, 1), right(2, 1)];
  const second = [right(1, 1), right(1, 1), null, right(2, 1)];
  const { ridge, gamma, tried } = chosenOf([first, second], SETTINGS);
  expect(tried.map(({ ua }) => ua)).toEqual([0.625, 0.875, null, 1]);
  expect([ridge, gamma]).toEqual([0.1, 3]);
  const equal = [right(2, 1), right(2, 1), right(1, 1), right(2, 1)];
  expect(chosenOf([equal], SETTINGS)).toMatchObject({ ridge: 10, gamma: 1 });
  expect(() => chosenOf([[null, null, null, null]], SETTINGS)).toThrow('none of 4 extreme learning machines');
});

it('tries ridges in order, and gammas of a kernel within each', () => {
  expect(constantsOf(SETTINGS)).toEqual([
    { ridge: 10, gamma: 1 },
    { ridge: 10, gamma: 3 },
    { ridge: 0.1, gamma: 1 },
    { ridge: 0.1, gamma: 3 },
  ]);
  expect(constantsOf({ ...SETTINGS, hidden: { kind: 'random', units: 3 } })).toEqual([{ ridge: 10 }, { ridge: 0.1 }]);
});

it('deals speakers out by name, each to one group', () => {
  const heard = ['m', 'b', 'a', 'b', 'z', 'c'].map((speaker) => ({ speaker }));
  expect(speakerGroups(heard, 3)).toEqual([['a', 'm'], ['b', 'z'], ['c']]);
  expect(speakerGroups(heard.slice(0, 2), 3)).toEqual([['b'], ['m']]);
});
