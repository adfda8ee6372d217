import { joinBytes } from './bytes.ts';
import { type Findings, type LoadDecoder, type RawBlock, runDecoder } from './decoder.ts';
import { EndOfHead, type HeaderReader, view } from './headers.ts';

const CAPTURE = [0x4f, 0x67, 0x67, 0x53]; // "OggS"
const LAST_PAGE = 4;
const NO_PACKET_ENDS_HERE = 0xffffffff;
const LONGEST_PAGE = 27 + 255 + 255 * 255; // bytes

/** Ogg: its length stands at the end only, so the start need but be there. */
export const readOggHeader: HeaderReader = (bytes) => {
  if (bytes.length < 58) throw new EndOfHead('it ends within its header');
  return {};
};

/** Decodes an Ogg stream, whose last page tells how long it should have been and whether something was cut off. */
export async function* runOggDecoder(
  blocks: AsyncIterable<Uint8Array>,
  load: LoadDecoder,
  findings: Findings,
): AsyncGenerator<RawBlock> {
  let [head, tail] = [new Uint8Array(), new Uint8Array()];
  const watched = async function* () {
    for await (const block of blocks) {
      if (head.length === 0) head = block.slice(0, 58);
      tail = joinBytes([tail.subarray(Math.max(0, tail.length - LONGEST_PAGE)), block]);
      yield block;
    }
  };
  yield* runDecoder(watched(), load, findings);
  findings.declaredSeconds = oggSeconds(head, tail);
  // a stream that was cut off between two pages looks sound to its decoder
  if (!isComplete(tail)) findings.complaints.add('the last page of the stream is missing');
}

/**
 * The granule position of the last page, in seconds since the start (https://www.rfc-editor.org/rfc/rfc3533#section-6).
 * Opus counts at 48 kHz and its pre-skip too (RFC 7845, section 4); Vorbis at its own rate.
 *
 * @param head the stream's first 58 bytes
 * @param tail its last ones, enough for a page
 */
function oggSeconds(head: Uint8Array, tail: Uint8Array): number | undefined {
  const opus = head[28] === 0x4f; // "OpusHead", else "\x01vorbis"
  const sampleRate = opus ? 48_000 : view(head).getUint32(40, true);
  const last = lastPage(tail);
  if (last < 0 || sampleRate === 0) return undefined;
  const low = view(tail).getUint32(last + 6, true);
  if (low === NO_PACKET_ENDS_HERE) return undefined;
  const granules = view(tail).getUint32(last + 10, true) * 2 ** 32 + low;
  return (granules - (opus ? view(head).getUint16(38, true) : 0)) / sampleRate;
}

/** Whether the file ends with the page that its stream marks as the last one. */
function isComplete(tail: Uint8Array): boolean {
  const at = lastPage(tail);
  return at >= 0 && (tail[at + 5]! & LAST_PAGE) !== 0 && at + pageLength(tail, at) <= tail.length;
}

const lastPage = (bytes: Uint8Array) => {
  for (let at = bytes.length - 27; at >= 0; at--) if (CAPTURE.every((byte, i) => bytes[at + i] === byte)) return at;
  return -1;
};

const pageLength = (bytes: Uint8Array, at: number) => {
  const segments = bytes[at + 26]!;
  return bytes.subarray(at + 27, at + 27 + segments).reduce((sum, size) => sum + size, 27 + segments);
};
