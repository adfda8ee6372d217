import type { DescriptorFrontEnd } from '../../features/descriptors/front-end.ts';
import { segmentStarts, writeSegment } from '../../features/descriptors/segments.ts';
import { namesOf } from '../../features/descriptors/sets.ts';
import { type Moments, standardized } from '../../features/descriptors/standardize.ts';
import * as f from '../../graph/functions.ts';
import { Graph } from '../../graph/graph.ts';
import { createSession } from '../../graph/session.ts';
import { type Architecture, createNetwork } from '../../model/architecture.ts';
import type { Weights } from '../../model/network.ts';
import type { TrainingData } from '../../train/loop.ts';
import { balanced } from '../balanced.ts';
import type { Heard } from './heard.ts';

/** What of a run says how often a segment is learned from. */
export interface Balancing {
  readonly balance?: boolean;
  readonly corpusWeights?: Readonly<Record<string, number>>;
}

/** The segments that are heard of recordings, each with its recording's class. */
export const segmentsOf = (
  heard: readonly Heard[],
  frontEnd: DescriptorFrontEnd,
  { balance = false, corpusWeights: weights }: Balancing,
) =>
  balanced(
    heard.flatMap(({ label, corpus, values }, recording) =>
      segmentStarts(values, frontEnd).map((start) => ({ label, corpus, recording, start })),
    ),
    { classes: balance, ...(weights && { weights }) },
  );

/** What a segment network learns from: every segment with the emotion of its recording. */
export function segmentData(
  heard: readonly Heard[],
  frontEnd: DescriptorFrontEnd,
  moments: Moments,
  balancing: Balancing,
): TrainingData {
  const width = moments.mean.length;
  const values = heard.map((recording) => standardized(recording.values, moments));
  const segments = segmentsOf(heard, frontEnd, balancing);
  return {
    shape: [width * (frontEnd.segmentFrames ?? 1)],
    labels: segments.map(({ label }) => label),
    nameOf: (i) => `the segment from frame ${segments[i]!.start} of ${heard[segments[i]!.recording]!.file}`,
    read(i, target) {
      const { recording, start } = segments[i]!;
      writeSegment(values[recording]!, width, start, target);
    },
  };
}

/** A network in use: from a recording's descriptors to what it says of each of its segments. */
export interface OpenNetwork {
  /** `[frames, numbers]` to probabilities `[segments, classes]` */
  probabilities(values: Float32Array): Promise<Float32Array>;
  close(): Promise<void>;
}

export interface NetworkInUse {
  readonly architecture: Architecture;
  readonly frontEnd: DescriptorFrontEnd;
  readonly weights: Weights;
  readonly moments: Moments;
}

/** Opens a segment network for use. */
export async function openNetwork(
  { architecture, frontEnd, weights, moments }: NetworkInUse,
  threads: number,
): Promise<OpenNetwork> {
  const width = namesOf(frontEnd.set).length;
  const size = width * (frontEnd.segmentFrames ?? 1);
  const graph = new Graph();
  const logits = createNetwork(architecture).inUse(graph.input('features', ['batch', size]), weights);
  graph.output('probabilities', f.softmax(logits, 1));
  const session = await createSession(graph, { threads });
  return {
    async probabilities(values) {
      const starts = segmentStarts(values, frontEnd);
      const own = standardized(values, moments);
      const data = new Float32Array(starts.length * size);
      for (const [i, start] of starts.entries())
        writeSegment(own, width, start, data.subarray(i * size, (i + 1) * size));
      const { probabilities } = await session.run({ features: { data, shape: [starts.length, size] } });
      return probabilities!.data as Float32Array;
    },
    close: () => session.close(),
  };
}
