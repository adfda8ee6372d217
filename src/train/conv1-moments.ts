import { SPECTROGRAM_SIZE } from '../features/extractor.ts';
import { BINS, FRAMES } from '../features/spectrogram.ts';
import { Graph } from '../graph/graph.ts';
import { createSession, type Session, type Values } from '../graph/session.ts';
import { tapMoments } from '../graph/tap-moments.ts';
import { type Architecture, layers } from '../model/architecture.ts';
import { momentsName, momentsShape } from './step.ts';

/** The most memory that moments may take: those of 24,000 spectrograms with the paper's filters. */
const MOST_BYTES = 64 * 1024 ** 2;

/** What Conv1's filters see of each spectrogram ({@link tapMoments}), computed when it is first met, and kept. */
export interface Conv1Moments {
  /**
   * What the training graph takes of a batch beside its spectrograms.
   *
   * @param keys of the spectrograms; equal keys, equal spectrograms
   */
  feeds(keys: readonly number[], spectrograms: Float32Array): Promise<Record<string, Values>>;
  close(): Promise<void>;
}

/**
 * Whether they are worth it: a spectrogram's cost about as much as two steps of training gain by them with the two filter shapes of the
 * paper's network, and far more with the large filters of Figure 2.
 *
 * @param count how many spectrograms there are
 */
export function worthMoments(architecture: Architecture, count: number): boolean {
  const floats = layers(architecture)[0]!.filters.map((group) => momentsShape(group).reduce((a, b) => a * b));
  const bytes = floats.reduce((a, b) => a + b) * Float32Array.BYTES_PER_ELEMENT;
  return !architecture.conv1Only && count * bytes <= MOST_BYTES;
}

/** @param count how many keys there are: with all of them known, the graph that computes moments is let go */
export function conv1Moments(architecture: Architecture, count: number, threads: number): Conv1Moments {
  const { filters } = layers(architecture)[0]!;
  const known = new Map<number, Record<string, Float32Array>>();
  let session: Session | undefined;

  const compute = async (keys: readonly number[], spectrograms: Float32Array) => {
    session ??= await createSession(momentsGraph(architecture), { threads });
    const computed = await session.run({
      spectrograms: { data: spectrograms, shape: [keys.length, 1, BINS, FRAMES] },
    });
    keys.forEach((key, i) => {
      known.set(key, Object.fromEntries(Object.entries(computed).map(([name, values]) => [name, row(values, i)])));
    });
  };
  const close = async () => {
    await session?.close();
    session = undefined;
  };
  return {
    close,
    async feeds(keys, spectrograms) {
      const missing = keys.flatMap((key, i) => (known.has(key) ? [] : [i]));
      if (missing.length)
        await compute(
          missing.map((i) => keys[i]!),
          joined(missing.map((i) => spectrograms.subarray(i * SPECTROGRAM_SIZE, (i + 1) * SPECTROGRAM_SIZE))),
        );
      if (known.size === count) await close();
      return Object.fromEntries(
        filters.map((group) => {
          const name = momentsName(group.name);
          const data = joined(keys.map((key) => known.get(key)![name]!));
          return [name, { data, shape: [keys.length, ...momentsShape(group)] }];
        }),
      );
    },
  };
}

function momentsGraph(architecture: Architecture): Graph {
  const graph = new Graph();
  const x = graph.input('spectrograms', ['batch', 1, BINS, FRAMES]);
  for (const { name, shape, padding } of layers(architecture)[0]!.filters) {
    const [, , height, width] = shape as [number, number, number, number];
    graph.output(momentsName(name), tapMoments(x, { height, width, padding }));
  }
  return graph;
}

/** One entry along the first axis, a copy. */
function row({ data, shape: [count] }: Values, i: number): Float32Array {
  const length = data.length / count!;
  return (data as Float32Array).slice(i * length, (i + 1) * length);
}

function joined(rows: readonly Float32Array[]): Float32Array {
  const length = rows[0]!.length;
  const all = new Float32Array(rows.length * length);
  rows.forEach((values, i) => void all.set(values, i * length));
  return all;
}
