import type { Values } from '../graph/session.ts';
import { Random } from '../random.ts';
import { type Architecture, parameterShapes, statisticShapes } from './architecture.ts';

/**
 * Weights to start from: weights and biases uniform in +-1 / sqrt(fan in), as PyTorch draws them; gamma 1, beta 0, running mean 0,
 * running variance 1. Each tensor has a stream of random numbers of its own.
 */
export function initialWeights(architecture: Architecture, seed: number): Record<string, Values> {
  const shapes = parameterShapes(architecture);
  const fanIn = (name: string) => {
    const shape = shapes.get(name.replace('.bias', '.weight'))!;
    return shape.slice(1).reduce((product, d) => product * d, 1);
  };
  const drawn = [...shapes].map(([name, shape]) => {
    const data = new Float32Array(shape.reduce((product, d) => product * d, 1));
    if (name.startsWith('bn')) return [name, { data: data.fill(name.endsWith('.weight') ? 1 : 0), shape }] as const;
    const random = Random.named(seed, name);
    const bound = 1 / Math.sqrt(fanIn(name));
    return [name, { data: data.map(() => random.uniform(-bound, bound)), shape }] as const;
  });
  const statistics = [...statisticShapes(architecture)].map(
    ([name, shape]) =>
      [name, { data: new Float32Array(shape[0]!).fill(name.endsWith('_var') ? 1 : 0), shape }] as const,
  );
  return Object.fromEntries([...drawn, ...statistics]);
}
