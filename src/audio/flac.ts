import { joinBytes } from './bytes.ts';
import { type Findings, type RawBlock, runDecoder } from './decoder.ts';
import { EndOfHead, type HeaderReader, text, view } from './headers.ts';

/** A frame's header takes no more bytes (https://www.rfc-editor.org/rfc/rfc9639.html#section-9.1). */
const LONGEST_HEADER = 16;

/**
 * FLAC: STREAMINFO and the lengths of the metadata (https://www.rfc-editor.org/rfc/rfc9639.html#section-8). In Ogg they stand
 * elsewhere and are not read.
 */
export const readFlacHeader: HeaderReader = (bytes) => {
  if (text(bytes, 0) !== 'fLaC') return {};
  if (bytes.length < 26) throw new EndOfHead('it ends within its STREAMINFO block');
  for (let at = 4, last = false; !last; ) {
    if (at + 4 > bytes.length) throw new EndOfHead('it ends within its metadata');
    last = bytes[at]! >= 128;
    at += 4 + (view(bytes).getUint32(at) & 0xffffff);
  }
  const sampleRate = view(bytes).getUint32(18) >>> 12; // 20 bits
  const samples = (view(bytes).getUint8(21) & 15) * 2 ** 32 + view(bytes).getUint32(22); // 36 bits
  return { seconds: sampleRate > 0 && samples > 0 ? samples / sampleRate : undefined };
};

/**
 * Decodes FLAC. Its decoder overlooks a frame whose header lies across the end of a block, and then the last one of the file:
 * it gets blocks that end before anything that looks like the start of a header.
 */
export function decodeFlac(blocks: AsyncIterable<Uint8Array>, findings: Findings): AsyncGenerator<RawBlock> {
  const whole = async function* () {
    let left = new Uint8Array();
    for await (const block of blocks) {
      const bytes = joinBytes([left, block]);
      const cut = safeCut(bytes);
      left = bytes.slice(cut);
      if (cut > 0) yield bytes.slice(0, cut);
    }
    if (left.length > 0) yield left;
  };
  return runDecoder(whole(), async () => (await import('@audio/decode-flac')).decoder(), findings);
}

/** The end of the bytes, or where a header (a byte of 0xFF, then 0xF8 or 0xF9) may have started shortly before. */
function safeCut(bytes: Uint8Array): number {
  for (let at = Math.max(0, bytes.length - LONGEST_HEADER); at < bytes.length; at++)
    if (bytes[at] === 0xff && (bytes[at + 1] ?? 0xf8) >> 1 === 0x7c) return at;
  return bytes.length;
}
