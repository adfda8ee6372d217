import { Graph } from '../graph/graph.ts';
import { createSession } from '../graph/session.ts';
import type { Network, Weights } from '../model/network.ts';
import type { TrainingData } from './loop.ts';

/** Segments computed at a time. */
const BATCH = 64;

export interface SettlingOptions {
  readonly threads: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Weights with the statistics that a network computes of all training data before the first step; of one that has none, the same weights.
 *
 * @throws the signal's reason where it is aborted
 */
export async function settled(
  { settle, head }: Network,
  data: TrainingData,
  weights: Weights,
  { threads, signal }: SettlingOptions,
): Promise<Weights> {
  if (!settle) return weights;
  const { labels, speakers, shape, read } = data;
  const size = shape.reduce((product, d) => product * d, 1);
  const graph = new Graph();
  graph.output('input', head.inputOf(graph.input('features', ['batch', ...shape]), weights));
  const session = await createSession(graph, { threads });
  const inputs: Float32Array[] = [];
  try {
    for (let first = 0; first < labels.length; first += BATCH) {
      signal?.throwIfAborted();
      const count = Math.min(BATCH, labels.length - first);
      const features = new Float32Array(count * size);
      for (let i = 0; i < count; i++) read(first + i, features.subarray(i * size, (i + 1) * size), 1);
      const { input } = await session.run({ features: { data: features, shape: [count, ...shape] } });
      for (let i = 0; i < count; i++)
        inputs.push((input!.data as Float32Array).slice(i * head.inputs, (i + 1) * head.inputs));
    }
  } finally {
    await session.close();
  }
  return { ...weights, ...settle({ inputs, labels, ...(speakers && { speakers }) }) };
}
