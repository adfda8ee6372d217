import { vint } from './ebml.ts';
import { view } from './headers.ts';

/** A block of a Matroska file (RFC 9559, section 10): one packet, or several in a lace. */
export interface Block {
  /** number of its track */
  readonly track: number;
  /** from its cluster, in ticks */
  readonly ticks: number;
  readonly frames: readonly Uint8Array[];
}

const LACING = { none: 0, xiph: 2, fixed: 4, ebml: 6 };

/** Reads a block; undefined where it is too short to be one. */
export function readBlock(body: Uint8Array): Block | undefined {
  const track = vint(body, 0, true);
  if (!track || track.length + 3 > body.length) return undefined;
  const ticks = view(body).getInt16(track.length);
  const lacing = body[track.length + 2]! & LACING.ebml;
  const rest = body.subarray(track.length + 3);
  return { track: track.value, ticks, frames: lacing === LACING.none ? [rest] : lacedFrames(rest, lacing) };
}

/** The packets of a lace, whose sizes stand before them but for the last one's; none where they do not add up. */
function lacedFrames(bytes: Uint8Array, lacing: number): Uint8Array[] {
  const count = (bytes[0] ?? 0) + 1;
  let at = 1;
  const sizes: number[] = [];
  for (let i = 0; i < count - 1; i++) {
    if (lacing === LACING.fixed) sizes.push(Math.floor((bytes.length - 1) / count));
    else if (lacing === LACING.xiph) {
      let size = 0;
      while (bytes[at] === 255) size += bytes[at++]!;
      sizes.push(size + (bytes[at++] ?? 0));
    } else {
      const size = vint(bytes, at, true);
      if (!size) return [];
      at += size.length;
      // behind the first, sizes are differences, stored with half of their range added
      sizes.push(i === 0 ? size.value : sizes[i - 1]! + size.value - (2 ** (7 * size.length - 1) - 1));
    }
  }
  const frames: Uint8Array[] = [];
  for (const size of sizes) {
    if (size < 0 || at + size > bytes.length) return [];
    frames.push(bytes.subarray(at, at + size));
    at += size;
  }
  return [...frames, bytes.subarray(at)];
}
