import { Graph } from '../graph/graph.ts';
import { createSession, type Session, type Values } from '../graph/session.ts';
import type { OncePerInput } from '../model/network.ts';

/** The most memory that it may take: with the paper's filters, moments of 24,245 spectrograms. */
const MOST_BYTES = 64 * 1024 ** 2;

/** What a network wants of each input beside it, computed when the input is first met, and kept. */
export interface Kept {
  /**
   * What the training graph takes of a batch beside its features.
   *
   * @param keys of the inputs, 0 to count - 1; equal keys, equal inputs
   * @param features of the same
   */
  feeds(keys: readonly number[], features: Float32Array): Promise<Record<string, Values>>;
  close(): Promise<void>;
}

const sizeOf = (shape: readonly number[]) => shape.reduce((product, d) => product * d, 1);

/** Whether what is wanted of so many inputs may be kept. */
export function mayKeep({ shapes }: OncePerInput, count: number): boolean {
  const floats = [...shapes.values()].reduce((sum, shape) => sum + sizeOf(shape), 0);
  return count * floats * Float32Array.BYTES_PER_ELEMENT <= MOST_BYTES;
}

export interface KeepOptions {
  /**
   * how many keys there are: with all of them known, the graph that computes is let go. Where some never come, as those of copies that
   * augmentation dropped, it stays until `close`
   */
  readonly count: number;
  /** of one input */
  readonly input: readonly number[];
  readonly threads: number;
}

export function keep(once: OncePerInput, { count, input, threads }: KeepOptions): Kept {
  const parts = [...once.shapes].map(([name, shape]) => {
    const size = sizeOf(shape);
    return { name, shape, size, kept: new Float32Array(count * size) };
  });
  const known = new Uint8Array(count);
  const inputSize = sizeOf(input);
  let session: Session | undefined;

  const compute = async (keys: readonly number[], features: Float32Array) => {
    session ??= await createSession(graphOf(once, input), { threads });
    const computed = await session.run({ features: { data: features, shape: [keys.length, ...input] } });
    for (const { name, size, kept } of parts) {
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
    async feeds(keys, features) {
      const missing = keys.flatMap((key, i) => (known[key] ? [] : [i]));
      if (missing.length)
        await compute(
          missing.map((i) => keys[i]!),
          rows(features, inputSize, missing),
        );
      if (!known.includes(0)) await close();
      return Object.fromEntries(
        parts.map(({ name, shape, size, kept }) => [
          name,
          { data: rows(kept, size, keys), shape: [keys.length, ...shape] },
        ]),
      );
    },
  };
}

function graphOf({ compute }: OncePerInput, input: readonly number[]): Graph {
  const graph = new Graph();
  const computed = compute(graph.input('features', ['batch', ...input]));
  for (const [name, tensor] of Object.entries(computed)) graph.output(name, tensor);
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
