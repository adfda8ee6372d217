import * as v from 'valibot';
import { untilAborted } from '../abort.ts';
import { AttuneError } from '../errors.ts';
import { saidBy } from '../text.ts';

/**
 * Where the bytes of a sound file come from: memory, a `Blob` (a browser's `File`), or a stream in pieces of any size, such as
 * Node's `process.stdin` or the body of a response.
 */
export type SoundBytes = Uint8Array | Blob | AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>;

/** {@link SoundBytes} as an argument. */
export const SOUND_BYTES = v.custom<SoundBytes>(
  (source) => source instanceof Uint8Array || source instanceof Blob || isPages(source) || isIterable(source),
  'bytes (a Uint8Array, a Blob or a stream of bytes)',
);

const isPages = (source: unknown): source is ReadableStream<Uint8Array> =>
  typeof ReadableStream !== 'undefined' && source instanceof ReadableStream;

const isIterable = (source: unknown): source is AsyncIterable<Uint8Array> =>
  typeof source === 'object' && source !== null && Symbol.asyncIterator in source;

/** Bytes read from a `Blob` at a time. */
const BLOB_PIECE = 1_048_576;

/** A sound file that is read once, forward, in blocks whose size does not depend on how the bytes arrive. */
export interface ByteReader {
  /** bytes in all; undefined where only the end will tell */
  readonly size: number | undefined;
  /** bytes handed out by `read` */
  readonly position: number;
  /**
   * The next `length` bytes, fewer only at the end of the file; a buffer of their own.
   *
   * @throws AttuneError `audio` where the source fails, `usage` where its bytes were taken away meanwhile; the signal's reason where
   *   it is aborted
   */
  read(length: number): Promise<Uint8Array<ArrayBuffer>>;
  /** lets go of the source */
  close(): Promise<void>;
}

/** How a source is read. */
export interface ByteOptions {
  /** bytes in all, where a stream's are known */
  readonly size?: number | undefined;
  /** stops the reading */
  readonly signal?: AbortSignal | undefined;
}

/** @param name what messages call the file */
export function openBytes(source: SoundBytes, name: string, { size, signal }: ByteOptions = {}): ByteReader {
  const pieces = untilAborted(piecesOf(source), signal);
  if (isDestroyable(source)) signal?.addEventListener('abort', () => source.destroy(), { once: true });
  let piece: Uint8Array = new Uint8Array();
  let [at, end, position] = [0, 0, 0]; // within the piece; of the piece; bytes handed out
  const more = async () => {
    try {
      const { done, value } = await pieces.next();
      if (done) return false;
      if (!(value instanceof Uint8Array)) throw new Error(`it gives ${typeof value} where bytes were expected`);
      [piece, at, end] = [value, 0, value.length];
      return true;
    } catch (cause) {
      if (signal?.aborted) throw signal.reason;
      if (cause instanceof AttuneError) throw cause;
      const reason = saidBy(cause);
      throw new AttuneError('audio', `${name}: reading it failed after ${position} bytes: ${reason}. Try again.`, {
        cause,
      });
    }
  };
  return {
    size: source instanceof Uint8Array ? source.length : source instanceof Blob ? source.size : size,
    get position() {
      return position;
    },
    async read(length) {
      const block = new Uint8Array(length);
      let filled = 0;
      while (filled < length) {
        if (at === end && !(await more())) break;
        if (piece.length !== end)
          throw new AttuneError(
            'usage',
            `${name}: its bytes were transferred or cut while they were read; keep them until it is decoded, or give a copy`,
          );
        const part = piece.subarray(at, at + length - filled);
        block.set(part, filled);
        filled += part.length;
        at += part.length;
      }
      position += filled;
      return filled === length ? block : block.slice(0, filled);
    },
    async close() {
      await pieces.return(undefined);
    },
  };
}

/** A stream of Node: while it waits for bytes, nothing else ends it. */
const isDestroyable = (source: object): source is { destroy(): void } =>
  'destroy' in source && typeof source.destroy === 'function';

function piecesOf(source: SoundBytes): AsyncIterable<Uint8Array> {
  if (source instanceof Uint8Array || source instanceof Blob) return piecesAtHand(source);
  return isPages(source) ? piecesOfPage(source) : source;
}

async function* piecesAtHand(source: Uint8Array | Blob): AsyncGenerator<Uint8Array> {
  if (source instanceof Uint8Array) yield source;
  else
    for (let at = 0; at < source.size; at += BLOB_PIECE)
      yield new Uint8Array(await source.slice(at, at + BLOB_PIECE).arrayBuffer());
}

/** Not every browser can walk through a stream, and none can leave it while it waits. */
function piecesOfPage(source: ReadableStream<Uint8Array>): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]() {
      const reader = source.getReader();
      return {
        next: () => reader.read() as Promise<IteratorResult<Uint8Array>>,
        async return() {
          await reader.cancel();
          return { done: true, value: undefined };
        },
      };
    },
  };
}

/** The same bytes, each number of `size` bytes turned round. */
export async function* swapped(blocks: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  let left = new Uint8Array();
  for await (const block of blocks) {
    const bytes = joinBytes([left, block]);
    const whole = bytes.length - (bytes.length % size);
    for (let at = 0; at < whole; at += size) bytes.subarray(at, at + size).reverse();
    left = bytes.slice(whole);
    if (whole > 0) yield bytes.slice(0, whole);
  }
}

/** All blocks in one piece, for containers that cannot be read forward. */
export async function wholeFile(blocks: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  for await (const block of blocks) parts.push(block);
  return joinBytes(parts);
}

/** Bytes one after another. */
export const joinBytes = (parts: readonly Uint8Array[]) => join(parts, (length) => new Uint8Array(length));

/** Samples of one channel, one after another. */
export const joinSamples = (parts: readonly Float32Array[]) => join(parts, (length) => new Float32Array(length));

function join<T extends { set(part: ArrayLike<number>, at: number): void }>(
  parts: readonly ArrayLike<number>[],
  create: (length: number) => T,
): T {
  const joined = create(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
