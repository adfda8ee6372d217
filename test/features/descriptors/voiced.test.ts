import { expect, it } from 'vitest';
import { namesOf } from '../../../src/features/descriptors/sets.ts';
import { voicedRegions } from '../../../src/features/descriptors/voiced.ts';

it.each([
  ['lee-tashev', 'f0'],
  ['han', 'pitch period'],
] as const)('voiced regions of %s are where there is a %s', (set, name) => {
  const names = namesOf(set);
  const frames = (pitches: readonly number[]) => {
    const values = new Float32Array(pitches.length * names.length).fill(-1);
    for (const [i, pitch] of pitches.entries()) values[i * names.length + names.indexOf(name)] = pitch;
    return values;
  };
  expect(voicedRegions(frames([0, 120, 118, 0, 0, 90, 0, 95]), set)).toEqual([
    { start: 1, end: 3 },
    { start: 5, end: 6 },
    { start: 7, end: 8 },
  ]);
  expect(voicedRegions(frames([0, 0, 0]), set)).toEqual([]);
});
