/** A deviation of this part of the mean is the mean's own rounding, in numbers of 24 bits. */
const ROUNDING = 2 ** -23;

/** What brings descriptors to mean 0 and deviation 1. */
export interface Moments {
  /** `[numbers]` */
  readonly mean: Float32Array;
  /** `[numbers]`; 1 of a number that never changes */
  readonly deviation: Float32Array;
}

/**
 * Mean and deviation of each number over all frames of some recordings.
 *
 * @param recordings `[frames, width]` each
 */
export function momentsOf(recordings: readonly Float32Array[], width: number): Moments {
  const frames = recordings.reduce((sum, { length }) => sum + length / width, 0);
  const [mean, variance] = [new Float64Array(width), new Float64Array(width)];
  for (const values of recordings) for (const [i, value] of values.entries()) mean[i % width]! += value / frames;
  for (const values of recordings)
    for (const [i, value] of values.entries()) variance[i % width]! += (value - mean[i % width]!) ** 2 / frames;
  return {
    mean: Float32Array.from(mean),
    deviation: Float32Array.from(variance, (own, i) => {
      const deviation = Math.sqrt(own);
      return deviation > ROUNDING * Math.abs(mean[i]!) ? deviation : 1;
    }),
  };
}

/** Descriptors `[frames, numbers]` at the mean and deviation of those that {@link momentsOf} was told of. */
export const standardized = (values: Float32Array, { mean, deviation }: Moments): Float32Array =>
  values.map((value, i) => (value - mean[i % mean.length]!) / deviation[i % mean.length]!);
