import { type DescriptorSet, namesOf } from './sets.ts';

/** What of a frame is above 0 where it is voiced. */
const PITCH = { 'lee-tashev': 'f0', han: 'pitch period' } as const;

/** Frames `[start, end)`. */
export interface Region {
  readonly start: number;
  readonly end: number;
}

/**
 * The stretches of a recording that are voiced without a break, in order of time.
 *
 * @param values `[frames, numbers]`, as they were measured
 */
export function voicedRegions(values: Float32Array, set: DescriptorSet): Region[] {
  const names = namesOf(set);
  const at = names.indexOf(PITCH[set]);
  const regions: { start: number; end: number }[] = [];
  for (let frame = 0; frame * names.length < values.length; frame++) {
    if (!(values[frame * names.length + at]! > 0)) continue;
    const last = regions.at(-1);
    if (last?.end === frame) last.end++;
    else regions.push({ start: frame, end: frame + 1 });
  }
  return regions;
}
