import { type HeaderReader, view } from './headers.ts';

const CAPTURE = [0x4f, 0x67, 0x67, 0x53]; // "OggS"
const LAST_PAGE = 4;
const NO_PACKET_ENDS_HERE = 0xffffffff;

/**
 * Ogg: the granule position of the last page, in samples since the start (https://www.rfc-editor.org/rfc/rfc3533#section-6).
 * Opus counts at 48 kHz and its pre-skip too (RFC 7845, section 4); Vorbis at its own rate.
 * Throws where the stream lacks its last page: a granule position says nothing of what was cut off after it.
 */
export const readOggHeader: HeaderReader = (bytes) => {
  if (bytes.length < 58) throw new Error('it ends within its header');
  const data = view(bytes);
  const opus = bytes[28] === 0x4f; // "OpusHead", else "\x01vorbis"
  const sampleRate = opus ? 48_000 : data.getUint32(40, true);
  const last = lastPage(bytes);
  if (last < 0 || sampleRate === 0) return undefined;
  const low = data.getUint32(last + 6, true);
  if (low === NO_PACKET_ENDS_HERE) return undefined;
  return (data.getUint32(last + 10, true) * 2 ** 32 + low - (opus ? data.getUint16(38, true) : 0)) / sampleRate;
};

/** Whether the file ends with the page that its stream marks as the last one. */
export function oggIsComplete(bytes: Uint8Array): boolean {
  const at = lastPage(bytes);
  return at >= 0 && (bytes[at + 5]! & LAST_PAGE) !== 0 && at + pageLength(bytes, at) <= bytes.length;
}

const lastPage = (bytes: Uint8Array) => {
  for (let at = bytes.length - 27; at >= 0; at--) if (CAPTURE.every((byte, i) => bytes[at + i] === byte)) return at;
  return -1;
};

const pageLength = (bytes: Uint8Array, at: number) => {
  const segments = bytes[at + 26]!;
  return bytes.subarray(at + 27, at + 27 + segments).reduce((sum, size) => sum + size, 27 + segments);
};
