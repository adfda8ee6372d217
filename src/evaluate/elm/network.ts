import type { DescriptorFrontEnd } from '../../features/descriptors/front-end.ts';
import { segmentStarts, writeSegment } from '../../features/descriptors/segments.ts';
import { namesOf } from '../../features/descriptors/sets.ts';
import { type Moments, standardized } from '../../features/descriptors/standardize.ts';
import * as f from '../../graph/functions.ts';
import { Graph } from '../../graph/graph.ts';
import { createSession, type Values } from '../../graph/session.ts';
import { type Architecture, createNetwork } from '../../model/architecture.ts';
import type { Weights } from '../../model/network.ts';

/** A network in use: from a recording's descriptors to what it says of each of its segments, or of each of its frames. */
export interface OpenNetwork {
  /** `[frames, numbers]` to probabilities `[segments, outputs]`, or `[frames, outputs]` */
  probabilities(values: Float32Array): Promise<Float32Array>;
  /** the same as logits */
  logits(values: Float32Array): Promise<Float32Array>;
  /** numbers that are said of each: those of the classes first */
  readonly outputs: number;
  close(): Promise<void>;
}

export interface NetworkInUse {
  readonly architecture: Architecture;
  readonly frontEnd: DescriptorFrontEnd;
  readonly weights: Weights;
  readonly moments: Moments;
}

/** Opens a network on segments or frames of descriptors for use. Frames are heard all at once. */
export async function openNetwork(
  { architecture, frontEnd, weights, moments }: NetworkInUse,
  threads: number,
): Promise<OpenNetwork> {
  const width = namesOf(frontEnd.set).length;
  const network = createNetwork(architecture);
  const { sequence } = network;
  const graph = new Graph();
  const size = width * (frontEnd.segmentFrames ?? 1);
  const logits = network.inUse(graph.input('features', ['batch', ...(sequence ? ['time'] : []), size]), weights);
  graph.output('probabilities', f.softmax(logits, sequence ? 2 : 1));
  graph.output('logits', logits);
  const session = await createSession(graph, { threads });
  const featuresOf = (values: Float32Array): Values => {
    const own = standardized(values, moments);
    if (sequence) return { data: own, shape: [1, own.length / width, width] };
    const starts = segmentStarts(values, frontEnd);
    const data = new Float32Array(starts.length * size);
    for (const [i, start] of starts.entries()) writeSegment(own, width, start, data.subarray(i * size, (i + 1) * size));
    return { data, shape: [starts.length, size] };
  };
  const said = async (values: Float32Array, how: 'probabilities' | 'logits') =>
    (await session.run({ features: featuresOf(values) }))[how]!.data as Float32Array;
  return {
    probabilities: (values) => said(values, 'probabilities'),
    logits: (values) => said(values, 'logits'),
    outputs: sequence?.outputs ?? network.classes,
    close: () => session.close(),
  };
}

/**
 * What an open network says of the classes alone.
 *
 * @param said `[n, outputs]`
 * @returns `[n, classes]`
 */
export function ofClasses(said: Float32Array, outputs: number, classes: number): Float32Array {
  if (outputs === classes) return said;
  return said.filter((_, i) => i % outputs < classes);
}
