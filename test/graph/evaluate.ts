import * as f from '../../src/graph/functions.ts';
import type { Graph, Shape, Tensor } from '../../src/graph/graph.ts';
import { createSession, type Values } from '../../src/graph/session.ts';
import type { Random } from '../../src/random.ts';

/** What the name `batch` in a shape stands for when a test runs its graph. */
export const BATCH = 3;

export const sized = (shape: Shape): number[] => shape.map((d) => (typeof d === 'string' ? BATCH : d));
export const count = (shape: Shape): number => sized(shape).reduce((product, d) => product * d, 1);
export const values = (data: Iterable<number>, shape: Shape): Values => ({
  data: Float32Array.from(data),
  shape: sized(shape),
});
export const numbers = ({ data }: Values): number[] => Array.from(data, Number);

/** Random values of mean 0 and deviation 1. */
export const normal = (random: Random, shape: Shape): Values =>
  values(
    Array.from({ length: count(shape) }, () => random.normal()),
    shape,
  );

/** Runs a graph once, on one thread. */
export async function evaluate(graph: Graph, feeds: Readonly<Record<string, Values>>): Promise<Record<string, Values>> {
  const session = await createSession(graph, { threads: 1 });
  const results = await session.run(feeds);
  await session.close();
  return results;
}

/** The largest difference of `a` from `b`, over the largest magnitude in `b`. */
export function difference(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) throw new Error(`expected ${b.length} numbers, got ${a.length}`);
  const largest = (list: readonly number[]) => Math.max(...list.map(Math.abs));
  return largest(a.map((value, i) => value - b[i]!)) / largest(b);
}

/** The sum of all elements. */
export const sumOf = (x: Tensor): Tensor =>
  f.reduceSum(
    x,
    x.shape.map((_, i) => i),
  );
