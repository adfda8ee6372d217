import type { Values } from '../graph/session.ts';
import { Random } from '../random.ts';
import { type Architecture, createNetwork } from './architecture.ts';
import type { Variable } from './network.ts';

/**
 * Weights to start from: parameters, then statistics. What is drawn is uniform in +-1 / sqrt(fan in), as PyTorch draws it, and each tensor has a
 * stream of random numbers of its own.
 */
export function initialWeights(architecture: Architecture, seed: number): Record<string, Values> {
  const { parameters, statistics } = createNetwork(architecture);
  const all = [...parameters, ...statistics].map(([name, variable]) => [name, initialValues(name, variable, seed)]);
  return Object.fromEntries(all);
}

function initialValues(name: string, { shape, initial }: Variable, seed: number): Values {
  const data = new Float32Array(shape.reduce((product, d) => product * d, 1));
  if (typeof initial === 'number') return { data: data.fill(initial), shape };
  const random = Random.named(seed, name);
  const bound = 1 / Math.sqrt(initial.fanIn);
  return { data: data.map(() => random.uniform(-bound, bound)), shape };
}
