import { SPECTROGRAM_SIZE } from '../features/extractor.ts';
import { BINS, FRAMES } from '../features/spectrogram.ts';
import { Graph } from '../graph/graph.ts';
import { createSession, type Session, type Values } from '../graph/session.ts';
import { tapMoments } from '../graph/tap-moments.ts';
import { type Architecture, layers } from '../model/architecture.ts';
import { momentsName, momentsShape } from './step.ts';

/** The most memory that moments may take: those of 24,245 spectrograms with the paper's filters. */
const MOST_BYTES = 64 * 1024 ** 2;

/** What Conv1's filters see of each spectrogram ({@link tapMoments}), computed when it is first met, and kept. */
export interface Conv1Moments {
  /**
   * What the training graph takes of a batch beside its spectrograms.
   *
   * @param keys of the spectrograms, 0 to count - 1; equal keys, equal spectrograms
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

/**
 * @param count how many keys there are: with all of them known, the graph that computes moments is let go. Where some never come, as
 *   those of copies that augmentation dropped, it stays until `close`
 */
export function conv1Moments(architecture: Architecture, count: number, threads: number): Conv1Moments {
  const groups = layers(architecture)[0]!.filters.map((group) => {
    const shape = momentsShape(group);
    const size = shape[0] * shape[1];
    return { name: momentsName(group.name), shape, size, kept: new Float32Array(count * size) };
  });
  const known = new Uint8Array(count);
  let session: Session | undefined;

  const compute = async (keys: readonly number[], spectrograms: Float32Array) => {
    session ??= await createSession(momentsGraph(architecture), { threads });
    const computed = await session.run({
      spectrograms: { data: spectrograms, shape: [keys.length, 1, BINS, FRAMES] },
    });
    for (const { name, size, kept } of groups) {
      const data = computed[name]!.data as Float32Array;
      keys.forEach((key, i) => void kept.set(row(data, size, i), key * size));
    }
    for (const key of keys) known[key] = 1;
  };
  const close = async () => {
    await session?.close();
    session = undefined;
  };
  return {
    close,
    async feeds(keys, spectrograms) {
      const missing = keys.flatMap((key, i) => (known[key] ? [] : [i]));
      if (missing.length)
        await compute(
          missing.map((i) => keys[i]!),
          rows(spectrograms, SPECTROGRAM_SIZE, missing),
        );
      if (!known.includes(0)) await close();
      return Object.fromEntries(
        groups.map(({ name, shape, size, kept }) => [
          name,
          { data: rows(kept, size, keys), shape: [keys.length, ...shape] },
        ]),
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

/** A row of a matrix with rows of that size, not copied. */
const row = (data: Float32Array, size: number, i: number) => data.subarray(i * size, (i + 1) * size);

/** Some rows, in that order, copied. */
function rows(data: Float32Array, size: number, which: readonly number[]): Float32Array {
  const out = new Float32Array(which.length * size);
  which.forEach((from, i) => void out.set(row(data, size, from), i * size));
  return out;
}
