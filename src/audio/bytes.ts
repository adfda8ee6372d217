import { AttuneError } from '../errors.ts';

/**
 * Where the bytes of a sound file come from: memory, a `Blob` (a browser's `File`), or a stream in pieces of any size, such as
 * Node's `process.stdin` or the body of a response.
 */
export type SoundBytes = Uint8Array | Blob | AsyncIterable<Uint8Array>;

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
   * @throws AttuneError `audio` where the source fails
   */
  read(length: number): Promise<Uint8Array<ArrayBuffer>>;
  /** lets go of the source */
  close(): Promise<void>;
}

/**
 * @param name what messages call the file
 * @param size bytes in all, where a stream's are known
 */
export function openBytes(source: SoundBytes, name: string, size?: number): ByteReader {
  const pieces = piecesOf(source)[Symbol.asyncIterator]();
  let [piece, at, position] = [new Uint8Array(), 0, 0];
  const more = async () => {
    try {
      const { done, value } = await pieces.next();
      if (done) return false;
      if (!(value instanceof Uint8Array)) throw new Error(`it gives ${typeof value} where bytes were expected`);
      [piece, at] = [value as Uint8Array<ArrayBuffer>, 0];
      return true;
    } catch (cause) {
      if (cause instanceof AttuneError) throw cause;
      const reason = cause instanceof Error ? cause.message : String(cause);
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
        if (at === piece.length && !(await more())) break;
        const part = piece.subarray(at, at + length - filled);
        block.set(part, filled);
        filled += part.length;
        at += part.length;
      }
      position += filled;
      return filled === length ? block : block.slice(0, filled);
    },
    async close() {
      await pieces.return?.(undefined);
    },
  };
}

async function* piecesOf(source: SoundBytes): AsyncGenerator<Uint8Array> {
  if (source instanceof Uint8Array) yield source;
  else if (source instanceof Blob)
    for (let at = 0; at < source.size; at += BLOB_PIECE)
      yield new Uint8Array(await source.slice(at, at + BLOB_PIECE).arrayBuffer());
  else yield* source;
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
