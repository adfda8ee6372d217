import { joinBytes } from './bytes.ts';

/** An element of an EBML file (RFC 8794). */
export interface Element {
  readonly id: number;
  /** empty for an element that holds others: those come next */
  readonly body: Uint8Array;
}

/** What of a file is given, by identifiers: the bodies of some elements; the names of some that hold others. */
export interface Wanted {
  readonly holders: ReadonlySet<number>;
  readonly bodies: ReadonlySet<number>;
}

/** An identifier and a size take eight bytes each at most. */
const LONGEST_HEAD = 16;

/**
 * Walks an EBML file as its bytes come, forward only, and gives elements in the order of the file; an element that holds others
 * needs no end. What is not wanted is not kept.
 *
 * @param onBroken called where the file ends within an element, or with bytes that are none; the walk ends there
 */
export async function* elementsOf(
  blocks: AsyncIterable<Uint8Array>,
  { holders, bodies }: Wanted,
  onBroken: () => void,
): AsyncGenerator<Element> {
  const queue = createQueue(blocks);
  for (;;) {
    const head = queue.peek(LONGEST_HEAD) ?? (await queue.wait(LONGEST_HEAD));
    if (head.length === 0) return;
    const id = vint(head, 0, false);
    const size = id && vint(head, id.length, true);
    if (!id || !size) break;
    const start = id.length + size.length;
    if (holders.has(id.value)) {
      queue.drop(start);
      yield { id: id.value, body: new Uint8Array() };
    } else if (bodies.has(id.value)) {
      const whole = queue.peek(start + size.value) ?? (await queue.wait(start + size.value));
      if (whole.length < start + size.value) break;
      yield { id: id.value, body: whole.slice(start) };
      queue.drop(whole.length);
    } else if (!(await queue.skip(start + size.value))) break;
  }
  onBroken();
  for await (const _ of blocks); // the rest is read, as by a hash
}

/** A number of one to eight bytes whose leading zeros say how many; sizes drop the marker bit, names keep it. */
export function vint(
  bytes: Uint8Array,
  at: number,
  dropMarker: boolean,
): { value: number; length: number } | undefined {
  const length = Math.clz32(bytes[at] ?? 0) - 23;
  if (length > 8 || at + length > bytes.length) return undefined;
  const first = dropMarker ? bytes[at]! & (0xff >> length) : bytes[at]!;
  return { value: bytes.subarray(at + 1, at + length).reduce((value, byte) => value * 256 + byte, first), length };
}

/** Bytes that came and were not used. */
function createQueue(blocks: AsyncIterable<Uint8Array>) {
  const source = blocks[Symbol.asyncIterator]();
  let held = new Uint8Array();
  return {
    /** The next bytes, where they are here. */
    peek: (length: number) => (length <= held.length ? held.subarray(0, length) : undefined),
    /** The next bytes, fewer only at the end of the file. */
    async wait(length: number): Promise<Uint8Array> {
      const parts: Uint8Array[] = [held];
      for (let have = held.length; have < length; ) {
        const { done, value } = await source.next();
        if (done) break;
        parts.push(value);
        have += value.length;
      }
      held = joinBytes(parts);
      return held.subarray(0, length);
    },
    drop(length: number): void {
      held = held.subarray(length);
    },
    /** Passes bytes, which may not be here; false where the file ends before. */
    async skip(length: number): Promise<boolean> {
      for (let left = length; ; ) {
        if (left <= held.length) {
          held = held.subarray(left);
          return true;
        }
        left -= held.length;
        const { done, value } = await source.next();
        held = done ? new Uint8Array() : (value as Uint8Array<ArrayBuffer>);
        if (done) return false;
      }
    },
  };
}
