import { readFile, writeFile } from 'node:fs/promises';

/** What a disk, a full one or a power failure may make of a file. */
export const DAMAGES: readonly (readonly [what: string, damage: (bytes: Buffer) => Buffer])[] = [
  ['a flipped bit in its midst', (bytes) => flipped(bytes, bytes.length / 2)],
  ['a flipped bit near its start', (bytes) => flipped(bytes, 20)],
  ['a flipped bit near its end', (bytes) => flipped(bytes, bytes.length - 5)],
  ['its last bytes gone', (bytes) => bytes.subarray(0, -3)],
  ['its second half gone', (bytes) => bytes.subarray(0, bytes.length / 2)],
  ['nothing left', () => Buffer.alloc(0)],
  ['zeros alone', (bytes) => Buffer.alloc(bytes.length)],
  ['zeros at its end', (bytes) => Buffer.concat([bytes.subarray(0, -16), Buffer.alloc(16)])],
];

/** The lowest bit of a byte turned over. */
export function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[Math.floor(at)]! ^= 1;
  return copy;
}

/** Damages a file, and puts it back when something was tried. */
export async function damaged<T>(
  path: string,
  damage: (bytes: Buffer) => Buffer,
  attempt: () => Promise<T>,
): Promise<T> {
  const bytes = await readFile(path);
  await writeFile(path, damage(bytes));
  return attempt().finally(() => writeFile(path, bytes));
}
