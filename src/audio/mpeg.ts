/** What the header of a frame of MPEG sound says. */
interface Frame {
  readonly type: 'mp3' | 'aac';
  /** bytes to the next frame */
  readonly length: number;
  /** what is the same in all frames of a stream */
  readonly kind: number;
}

/** Frames that must follow each other to be taken for sound; in 64 KiB of noise three do once in some ten thousand files. */
const FRAMES = 4;
/** kbit/s by index: layers I to III of MPEG-1, layer I, then II and III of MPEG-2 and 2.5 (ISO/IEC 11172-3, 13818-3). */
const BIT_RATES: Readonly<Record<string, readonly number[]>> = {
  '1-1': [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  '1-2': [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  '1-3': [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  '2-1': [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  '2-2': [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  '2-3': [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
};
/** Hz by the two bits of the version (2.5, none, 2, 1) and the index. */
export const MPEG_RATES: readonly (readonly number[])[] = [
  [11_025, 12_000, 8_000],
  [],
  [22_050, 24_000, 16_000],
  [44_100, 48_000, 32_000],
];

/**
 * Looks for the first frame of MP3 (any layer) or of AAC (ADTS) that others of its kind follow.
 *
 * @returns which, and where in the bytes; undefined where there is none
 */
export function findFrames(bytes: Uint8Array): { readonly type: 'mp3' | 'aac'; readonly at: number } | undefined {
  for (let at = bytes.indexOf(0xff); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const first = readFrame(bytes, at);
    if (!first) continue;
    let [next, found] = [at + first.length, 1];
    for (let frame = readFrame(bytes, next); found < FRAMES && frame?.kind === first.kind; found++) {
      next += frame.length;
      frame = readFrame(bytes, next);
    }
    if (found >= FRAMES) return { type: first.type, at };
  }
  return undefined;
}

function readFrame(bytes: Uint8Array, at: number): Frame | undefined {
  if (at + 7 > bytes.length || bytes[at] !== 0xff || bytes[at + 1]! < 0xe0) return undefined;
  const [version, layerBits] = [(bytes[at + 1]! >> 3) & 3, (bytes[at + 1]! >> 1) & 3];
  return layerBits === 0 ? readAdts(bytes, at) : readMpegFrame(bytes, at, version, 4 - layerBits);
}

function readMpegFrame(bytes: Uint8Array, at: number, version: number, layer: number): Frame | undefined {
  const third = bytes[at + 2]!;
  const rate = MPEG_RATES[version]![(third >> 2) & 3];
  const kilobits = BIT_RATES[`${version === 3 ? 1 : 2}-${layer}`]![(third >> 4) - 1];
  if (!rate || !kilobits) return undefined;
  const samples = layer === 1 ? 384 : layer === 3 && version !== 3 ? 576 : 1_152;
  const slots = Math.floor(((samples / 8) * 1_000 * kilobits) / rate / (layer === 1 ? 4 : 1)) + ((third >> 1) & 1);
  // of the header only version, layer and rate stay the same
  return { type: 'mp3', length: slots * (layer === 1 ? 4 : 1), kind: (bytes[at + 1]! << 8) | (third & 12) };
}

/** A frame of AAC (ISO/IEC 14496-3, section 1.A.2). */
function readAdts(bytes: Uint8Array, at: number): Frame | undefined {
  if (bytes[at + 1]! < 0xf0 || (bytes[at + 2]! & 0x3c) > 0x30) return undefined;
  const length = ((bytes[at + 3]! & 3) << 11) | (bytes[at + 4]! << 3) | (bytes[at + 5]! >> 5);
  const kind = (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | (bytes[at + 3]! & 0xf0);
  return length < 7 ? undefined : { type: 'aac', length, kind };
}
