import type { Values } from '../graph/session.ts';
import type { Network } from '../model/network.ts';
import type { Random } from '../random.ts';

/**
 * The masks of what a network drops in one step, by name, `[count, ...shape]`.
 *
 * @param randomOf a stream of random numbers for each mask, which depends on nothing but the seed and the step, so that a training that is
 *   gone on with draws the same
 */
export function drawMasks(
  { dropout }: Pick<Network, 'dropout'>,
  count: number,
  randomOf: (name: string) => Random,
): Record<string, Values> {
  return Object.fromEntries(
    [...(dropout ?? [])].map(([name, { shape, rate }]) => {
      const random = randomOf(name);
      const data = new Float32Array(shape.reduce((product, d) => product * d, count));
      for (let i = 0; i < data.length; i++) data[i] = random.uniform() < rate ? 0 : 1 / (1 - rate);
      return [name, { data, shape: [count, ...shape] }];
    }),
  );
}
