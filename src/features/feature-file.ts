import { closeSync, fstatSync, openSync, readvSync } from 'node:fs';
import { crc32 } from 'node:zlib';

/** Changes with what follows. */
export const LAYOUT_VERSION = 2;

/*
 * The number of segments, 4 bytes, and a checksum of it; then each segment's features, float32, and a checksum of it. Numbers are
 * little-endian, checksums CRC-32 that start from one of the segment's number. CRC-32 finds every error within 32 bits that follow each
 * other, and of others all but one in 4e9; it takes a quarter of SHA-256's time, on each of the reads of each epoch.
 */
const HEAD_BYTES = 8;
const dataBytes = (size: number): number => size * Float32Array.BYTES_PER_ELEMENT;
const segmentBytes = (size: number): number => dataBytes(size) + 4;

const numberBytes = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};

const headSum = (count: Uint8Array): number => crc32(count, crc32('segments'));
const segmentSum = (segment: number, data: Uint8Array): number => crc32(data, crc32(`segment ${segment}`));

/**
 * The bytes of a file of features.
 *
 * @param features `[n, size]`
 */
export function featureBytes({ buffer, byteOffset, byteLength }: Float32Array, size: number): Buffer {
  const length = dataBytes(size);
  const count = byteLength / length;
  const parts: Uint8Array[] = [numberBytes(count), numberBytes(headSum(numberBytes(count)))];
  for (let segment = 0; segment < count; segment++) {
    const data = new Uint8Array(buffer, byteOffset + segment * length, length);
    parts.push(data, numberBytes(segmentSum(segment, data)));
  }
  return Buffer.concat(parts);
}

/** A file of features that is open. */
export interface FeatureFile {
  /** the number of its segments; undefined where its head is damaged, or its length does not fit */
  readonly count: number | undefined;
  /** reads a segment's features into `target`; whether it is what was written */
  read(segment: number, target: Float32Array): boolean;
}

/**
 * Opens a file for as long as `use` works.
 *
 * @param size elements of one segment
 * @throws what the system says where it cannot be opened or read
 */
export function withFeatureFile<T>(path: string, size: number, use: (file: FeatureFile) => T): T {
  const file = openSync(path, 'r');
  try {
    return use({
      get count() {
        const [count, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
        const isWhole = readvSync(file, [count, sum], 0) === HEAD_BYTES && sum.readUInt32LE() === headSum(count);
        const segments = count.readUInt32LE();
        return isWhole && fstatSync(file).size === HEAD_BYTES + segments * segmentBytes(size) ? segments : undefined;
      },
      read(segment, target) {
        const data = new Uint8Array(target.buffer, target.byteOffset, dataBytes(size));
        const sum = Buffer.alloc(4);
        const read = readvSync(file, [data, sum], HEAD_BYTES + segment * segmentBytes(size));
        return read === segmentBytes(size) && sum.readUInt32LE() === segmentSum(segment, data);
      },
    });
  } finally {
    closeSync(file);
  }
}
