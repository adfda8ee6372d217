import { Graph } from '../graph/graph.ts';
import { createSession } from '../graph/session.ts';
import type { Network, Weights } from '../model/network.ts';
import { checkFeatures } from './finite-features.ts';
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
 * @throws AttuneError `run` where features are so great, or damaged, that what the head takes of them is no finite number; the signal's
 *   reason where it is aborted
 */
export async function settled(
  { settle, settlesByCopies, head }: Network,
  data: TrainingData,
  weights: Weights,
  { threads, signal }: SettlingOptions,
): Promise<Weights> {
  if (!settle) return weights;
  const { labels, speakers, shape, read, copies } = data;
  const size = shape.reduce((product, d) => product * d, 1);
  const graph = new Graph();
  graph.output('input', head.inputOf(graph.input('features', ['batch', ...shape]), weights));
  const session = await createSession(graph, { threads });
  /** What the head takes of segments, as they are read. */
  async function* inputsOf(count: number, readOne: (i: number, target: Float32Array) => boolean) {
    for (let first = 0; first < count; first += BATCH) {
      signal?.throwIfAborted();
      const features = new Float32Array(Math.min(BATCH, count - first) * size);
      const there = Array.from({ length: features.length / size }, (_, i) => i).filter((i) =>
        readOne(first + i, features.subarray(i * size, (i + 1) * size)),
      );
      const { input } = await session.run({ features: { data: features, shape: [features.length / size, ...shape] } });
      if (!(input!.data as Float32Array).every(Number.isFinite)) {
        const segments = Array.from({ length: features.length / size }, (_, i) => first + i);
        checkFeatures(data, segments, features);
      }
      for (const i of there)
        yield { of: first + i, input: (input!.data as Float32Array).slice(i * head.inputs, (i + 1) * head.inputs) };
    }
  }
  try {
    const inputs: Float32Array[] = [];
    const readOriginal = (i: number, target: Float32Array) => {
      read(i, target, 1);
      return true;
    };
    for await (const { input } of inputsOf(labels.length, readOriginal)) inputs.push(input);
    const altered: { of: number; input: Float32Array }[] = [];
    for (let copy = 0; settlesByCopies && copies && copy < copies.count; copy++)
      for await (const one of inputsOf(labels.length, (i, target) => copies.read(i, copy, target))) altered.push(one);
    return { ...weights, ...(await settle({ inputs, labels, ...(speakers && { speakers }), copies: altered })) };
  } finally {
    await session.close();
  }
}
