/** Seconds that recordings are cut down to. */
export const LENGTHS = [0.5, 0.8, 1, 1.3, 1.6] as const;
/** Where the part of this length that has the most energy begins; of equals, the first. */
export function loudest(samples: Float32Array, length: number): number {
  let energy = 0;
  for (let i = 0; i < length; i++) energy += samples[i]! ** 2;
  let [best, most] = [0, energy];
  for (let start = 1; start + length <= samples.length; start++) {
    energy += samples[start + length - 1]! ** 2 - samples[start - 1]! ** 2;
    if (energy > most) [best, most] = [start, energy];
  }
  return best;
}
