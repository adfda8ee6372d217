import { tapMoments } from '../graph/tap-moments.ts';
import type { OncePerInput } from './network.ts';
import type { NormedConvolution } from './normed-convolution.ts';

/** What the moments of the taps of a group of Conv1's filters are called. */
export const momentsName = (filters: string) => `moments.${filters}`;

/**
 * What Conv1's filters see of each input ({@link tapMoments}): with it a step of training is faster. An input's cost about as much as two
 * steps gain by them with the two filter shapes of the paper's network.
 */
export function conv1Moments({ filters }: NormedConvolution): OncePerInput {
  const groups = filters.map(({ name, shape, padding }) => {
    const [, , height, width] = shape as [number, number, number, number];
    return { name: momentsName(name), kernel: { height, width, padding }, taps: height * width };
  });
  return {
    shapes: new Map(groups.map(({ name, taps }) => [name, [1 + taps, taps]])),
    compute: (x) => Object.fromEntries(groups.map(({ name, kernel }) => [name, tapMoments(x, kernel)])),
  };
}
