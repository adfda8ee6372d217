import { joinBytes } from './bytes.ts';
import { text, view } from './headers.ts';

/** A page of an Ogg file (https://www.rfc-editor.org/rfc/rfc3533#section-6). */
export interface OggPage {
  /** all of it */
  readonly bytes: Uint8Array;
  /** which of the streams that lie in the file side by side or one behind the other */
  readonly serial: number;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  /** whether it begins within a packet */
  readonly isContinued: boolean;
  /** where in its stream its last packet ends, by the codec's own count; undefined where no packet ends, or it cannot be trusted */
  readonly granule: number | undefined;
  /** lengths of the pieces of packets, each up to 255 bytes; less than 255 ends a packet */
  readonly segments: Uint8Array;
  readonly body: Uint8Array;
}

const HEAD = 27; // bytes before the segments
const NO_PACKET_ENDS = 2n ** 64n - 1n;

/**
 * Walks an Ogg file page by page as its bytes come. Bytes that belong to no page are passed.
 *
 * @param onDamage told what is wrong, one plain line each
 */
export async function* oggPages(
  blocks: AsyncIterable<Uint8Array>,
  onDamage: (what: string) => void,
): AsyncGenerator<OggPage> {
  let [held, strayed] = [new Uint8Array(), false];
  for await (const block of blocks) {
    held = joinBytes([held, block]);
    for (let end = pageEnd(held); end !== undefined && end <= held.length; end = pageEnd(held)) {
      if (end > 0) {
        if (strayed) onDamage('bytes between its pages belong to none');
        yield readPage(held.slice(0, end), onDamage);
      }
      strayed = end < 0;
      held = held.slice(Math.abs(end));
    }
  }
  if (text(held, 0) === 'OggS') onDamage('it ends within a page');
}

/** Where the page ends that these bytes begin with; negative: where the next may begin instead; undefined: too early to tell. */
function pageEnd(bytes: Uint8Array): number | undefined {
  if (bytes.length < HEAD) return undefined;
  if (text(bytes, 0) !== 'OggS') {
    let next = bytes.indexOf(0x4f, 1);
    while (next >= 0 && !'OggS'.startsWith(text(bytes, next))) next = bytes.indexOf(0x4f, next + 1);
    return next < 0 ? -bytes.length : -next;
  }
  const head = HEAD + bytes[26]!;
  if (bytes.length < head) return undefined;
  return bytes.subarray(HEAD, head).reduce((sum, length) => sum + length, head);
}

function readPage(bytes: Uint8Array, onDamage: (what: string) => void): OggPage {
  const data = view(bytes);
  const isSound = checksum(bytes) === data.getUint32(22, true);
  if (!isSound) onDamage('the checksum of a page does not agree');
  const granule = data.getBigUint64(6, true);
  const head = HEAD + bytes[26]!;
  return {
    bytes,
    serial: data.getUint32(14, true),
    isContinued: (bytes[5]! & 1) !== 0,
    isFirst: (bytes[5]! & 2) !== 0,
    isLast: (bytes[5]! & 4) !== 0,
    granule: isSound && granule !== NO_PACKET_ENDS ? Number(BigInt.asIntN(64, granule)) : undefined,
    segments: bytes.subarray(HEAD, head),
    body: bytes.subarray(head),
  };
}

/** By the first byte of a remainder, what it becomes: polynomial 0x04c11db7, the highest bit first. */
const REMAINDERS = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte << 24;
  for (let bit = 0; bit < 8; bit++) rest = (rest << 1) ^ (rest < 0 ? 0x04c11db7 : 0);
  return rest;
});

/** Of a page, with its own place for the checksum taken for zeros. */
function checksum(page: Uint8Array): number {
  let rest = 0;
  for (let i = 0; i < page.length; i++) {
    const byte = i >= 22 && i < 26 ? 0 : page[i]!;
    rest = (rest << 8) ^ REMAINDERS[((rest >>> 24) ^ byte) & 255]!;
  }
  return rest >>> 0;
}

/** Takes packets out of the pages of one stream. */
export interface PacketAssembler {
  /** the packets that end in the next page */
  push(page: OggPage): Uint8Array[];
}

export function createAssembler(): PacketAssembler {
  let pieces: Uint8Array[] = []; // of a packet that goes on
  return {
    push({ segments, body, isContinued }) {
      const packets: Uint8Array[] = [];
      let [from, at] = [0, 0];
      let lost = isContinued && pieces.length === 0; // its beginning is not there
      if (!isContinued) pieces = [];
      for (const length of segments) {
        at += length;
        if (length === 255) continue;
        if (!lost) packets.push(joinBytes([...pieces, body.subarray(from, at)]));
        [pieces, from, lost] = [[], at, false];
      }
      if (from < at && !lost) pieces.push(body.slice(from, at));
      return packets;
    },
  };
}
