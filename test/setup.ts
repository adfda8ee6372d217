import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';

const isNumbers = (value: unknown) => ArrayBuffer.isView(value) && !(value instanceof DataView);

/**
 * Says at once that arrays of numbers, or bytes, are the same to the last bit, which `toEqual` takes 10 µs an element for; of others
 * it leaves to `toEqual` to say what differs.
 */
function sameNumbers(a: unknown, b: unknown): true | undefined {
  return isNumbers(a) && isNumbers(b) && isDeepStrictEqual(a, b) ? true : undefined;
}

expect.addEqualityTesters([sameNumbers]);
