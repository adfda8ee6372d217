import type { DescriptorFrontEnd } from './front-end.ts';
import { namesOf } from './sets.ts';

/** What of a frame tells its energy, and the logarithm of the energy that a unit of it is. */
const ENERGY = {
  'lee-tashev': { name: 'log energy', scale: 1 },
  // the mean logarithm of 26 bands' magnitudes, times the root of 2 * 26
  han: { name: 'mfcc 0', scale: 2 / Math.sqrt(52) },
} as const;

/**
 * Where the segments begin that are heard of a recording, a frame each, in order of time. There is one from each frame on from which all of
 * its frames fit; a recording of fewer frames has one, which begins before it as far as it ends behind it. Of `loudest` those of the highest
 * energy are heard, but one at least; of equals the first.
 *
 * @param values `[frames, numbers]`, as they were measured
 */
export function segmentStarts(
  values: Float32Array,
  { set, segmentFrames = 1, loudest = 1 }: Omit<DescriptorFrontEnd, 'kind'>,
): number[] {
  const names = namesOf(set);
  const frames = values.length / names.length;
  const count = frames - segmentFrames + 1;
  if (count < 1) return [-Math.floor((segmentFrames - frames) / 2)];
  const energies = energiesOf(values, names.length, names.indexOf(ENERGY[set].name), ENERGY[set].scale);
  let energy = 0;
  for (let i = 0; i < segmentFrames; i++) energy += energies[i]!;
  const all = Array.from({ length: count }, (_, start) => {
    if (start) energy += energies[start + segmentFrames - 1]! - energies[start - 1]!;
    return { start, energy };
  });
  const heard = all.sort((a, b) => b.energy - a.energy || a.start - b.start);
  return heard
    .slice(0, Math.max(1, Math.round(loudest * count)))
    .map(({ start }) => start)
    .sort((a, b) => a - b);
}

const energiesOf = (values: Float32Array, width: number, at: number, scale: number) =>
  Float64Array.from({ length: values.length / width }, (_, frame) => Math.exp(scale * values[frame * width + at]!));

/**
 * Writes a segment to `target`, frame by frame. Beyond either end of the recording its first or last frame stands in.
 *
 * @param values `[frames, width]`
 * @param target `[segmentFrames * width]`
 */
export function writeSegment(values: Float32Array, width: number, start: number, target: Float32Array): void {
  const last = values.length / width - 1;
  for (let i = 0; i * width < target.length; i++) {
    const frame = Math.max(0, Math.min(last, start + i));
    target.set(values.subarray(frame * width, (frame + 1) * width), i * width);
  }
}
