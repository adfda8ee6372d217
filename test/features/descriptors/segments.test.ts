import { expect, it } from 'vitest';
import { segmentStarts, writeSegment } from '../../../src/features/descriptors/segments.ts';
import { namesOf } from '../../../src/features/descriptors/sets.ts';

/** Frames whose energies are these, all else their numbers. */
function framesOf(energies: readonly number[], set: 'lee-tashev' | 'han' = 'lee-tashev'): Float32Array {
  const names = namesOf(set);
  const at = names.indexOf(set === 'han' ? 'mfcc 0' : 'log energy');
  const values = new Float32Array(energies.length * names.length);
  for (const [frame, energy] of energies.entries()) {
    values.fill(frame, frame * names.length, (frame + 1) * names.length);
    // a mean of 26 logarithms of magnitudes is half of that of powers; the transform has a factor of sqrt(2 / 26)
    values[frame * names.length + at] =
      set === 'han' ? 26 * Math.sqrt(2 / 26) * 0.5 * Math.log(energy) : Math.log(energy);
  }
  return values;
}

it('hears the segments of the highest energy, in order of time', () => {
  const energies = [1, 1, 5, 7, 1, 6, 2, 1, 1, 1]; // of three frames: 7, 13, 13, 14, 9, 9, 4, 3
  const starts = (loudest: number) =>
    (['lee-tashev', 'han'] as const).map((set) =>
      segmentStarts(framesOf(energies, set), { set, segmentFrames: 3, loudest }),
    );
  expect(starts(1 / 8)).toEqual([[3], [3]]);
  expect(starts(3 / 8)).toEqual([
    [1, 2, 3],
    [1, 2, 3],
  ]);
  expect(starts(1)[0]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

it('hears the first of equals, and one segment at least', () => {
  const starts = (frames: number, loudest: number) =>
    segmentStarts(framesOf(new Array(frames).fill(2)), { set: 'lee-tashev', segmentFrames: 3, loudest });
  expect(starts(10, 0.25)).toEqual([0, 1]);
  expect(starts(4, 0.01)).toEqual([0]);
});

it('puts what is shorter than a segment into its middle, its ends repeated', () => {
  const values = framesOf([1, 2]);
  const [start] = segmentStarts(values, { set: 'lee-tashev', segmentFrames: 5, loudest: 0.3 });
  const segment = new Float32Array(5 * 32);
  writeSegment(values, 32, start!, segment);
  expect(Array.from({ length: 5 }, (_, i) => segment[i * 32]!)).toEqual([0, 0, 1, 1, 1]);
});
