import { Graph } from '../graph/graph.ts';
import { createSession } from '../graph/session.ts';
import { openFeatures } from './features.ts';
import type { FrontEnd } from './front-end.ts';
import { segmentSamples } from './segments.ts';

export interface Extractor {
  /** Segments, each `[32000]`, to features `[n, ...shape]`, one after the other. */
  extract(segments: readonly Float32Array[]): Promise<Float32Array>;
  close(): Promise<void>;
}

/** Segments handed to the graph at a time: enough to keep it busy, little enough to hold. */
const BATCH = 16;

/** The front end by itself, ready to run. */
export async function createExtractor(frontEnd: FrontEnd, threads?: number): Promise<Extractor> {
  const { size, of } = await openFeatures(frontEnd);
  const graph = new Graph();
  graph.output('features', of(graph.input('samples', ['batch', segmentSamples(frontEnd)])));
  const session = await createSession(graph, threads ? { threads } : {});
  return {
    async extract(segments) {
      const out = new Float32Array(segments.length * size);
      for (let first = 0; first < segments.length; first += BATCH) {
        const samples = stack(segments.slice(first, first + BATCH));
        const { features } = await session.run({ samples });
        out.set(features!.data as Float32Array, first * size);
      }
      return out;
    },
    close: session.close,
  };
}

/** Segments of one length as one tensor `[n, samples]`; one at least. */
export function stack(segments: readonly Float32Array[]): { data: Float32Array; shape: number[] } {
  const { length } = segments[0]!;
  const data = new Float32Array(segments.length * length);
  segments.forEach((segment, i) => {
    data.set(segment, i * length);
  });
  return { data, shape: [segments.length, length] };
}
