import { Graph } from '../graph/graph.ts';
import { createSession } from '../graph/session.ts';
import { SEGMENT_SAMPLES } from './segments.ts';
import { BINS, FRAMES, type Scaling, spectrogram } from './spectrogram.ts';

/** Elements in the spectrogram of one segment. */
export const SPECTROGRAM_SIZE = BINS * FRAMES;

export interface Extractor {
  /** Segments, each `[32000]`, to spectrograms `[n, 1, 400, 200]`, one after the other. */
  extract(segments: readonly Float32Array[]): Promise<Float32Array>;
  close(): Promise<void>;
}

/** Segments handed to the graph at a time: enough to keep it busy, little enough to hold. */
const BATCH = 16;

/** The front end by itself, ready to run. */
export async function createExtractor(scaling: Scaling, threads?: number): Promise<Extractor> {
  const graph = new Graph();
  graph.output('spectrograms', spectrogram(graph.input('samples', ['batch', SEGMENT_SAMPLES]), scaling));
  const session = await createSession(graph, threads ? { threads } : {});
  return {
    async extract(segments) {
      const out = new Float32Array(segments.length * SPECTROGRAM_SIZE);
      for (let first = 0; first < segments.length; first += BATCH) {
        const samples = stack(segments.slice(first, first + BATCH));
        const { spectrograms } = await session.run({ samples });
        out.set(spectrograms!.data as Float32Array, first * SPECTROGRAM_SIZE);
      }
      return out;
    },
    close: session.close,
  };
}

/** Segments as one tensor `[n, 32000]`. */
export function stack(segments: readonly Float32Array[]): { data: Float32Array; shape: number[] } {
  const data = new Float32Array(segments.length * SEGMENT_SAMPLES);
  segments.forEach((segment, i) => {
    data.set(segment, i * SEGMENT_SAMPLES);
  });
  return { data, shape: [segments.length, SEGMENT_SAMPLES] };
}
