import { view } from './headers.ts';
import { type Box, boxesOf } from './mp4-boxes.ts';

/** How the sound of an MP4 file is coded, with what its decoder wants to know. */
export interface Mp4Codec {
  readonly kind: 'aac' | 'alac' | 'opus';
  /** AudioSpecificConfig (ISO/IEC 14496-3), ALAC's magic cookie, or the body of `dOps` (the Opus header) */
  readonly config: Uint8Array;
}

/** What codings are called in messages, by the type of their sample entry. */
const NAMES: Readonly<Record<string, string>> = {
  '.mp3': 'MP3',
  'ac-3': 'AC-3',
  'ec-3': 'E-AC-3',
  fLaC: 'FLAC',
  enca: 'encrypted',
  samr: 'AMR',
};
/** MPEG-4's object types that are AAC: of MPEG-4, and three profiles of MPEG-2. */
const AAC_TYPES = [0x40, 0x66, 0x67, 0x68];
const MP3_TYPES = [0x69, 0x6b];

/**
 * Reads the first description of a sound track (`stsd`, ISO/IEC 14496-12, section 12.2.3), also as QuickTime writes it.
 *
 * @throws Error where it is not AAC, Apple Lossless or Opus
 */
export function readSampleEntry(bytes: Uint8Array, box: Box | undefined): Mp4Codec {
  if (!box || box.end - box.start < 8 + 36) throw new Error('its sound track does not say how it is coded');
  const at = box.start + 8;
  const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
  const end = Math.min(box.end, at + view(bytes).getUint32(at));
  const version = view(bytes).getUint16(at + 16);
  const head = version === 1 ? 52 : version === 2 ? 72 : 36; // versions 1 and 2 are QuickTime's
  const inside = [...boxesOf(bytes, Math.min(end, at + head), end)];
  const find = (type: string) => inside.find((inner) => inner.type === type && inner.end > inner.start);
  const [esds, alac, dops] = [find('esds'), find('alac'), find('dOps')];
  if (alac) return { kind: 'alac', config: bytes.subarray(alac.start, alac.end) };
  if (dops) return { kind: 'opus', config: bytes.subarray(dops.start, dops.end) };
  const stream = esds && readElementaryStream(bytes.subarray(esds.start + 4, esds.end));
  if (stream && AAC_TYPES.includes(stream.objectType) && stream.config) return { kind: 'aac', config: stream.config };
  const name = stream && MP3_TYPES.includes(stream.objectType) ? 'MP3' : (NAMES[type] ?? `"${type}"`);
  throw new Error(`its audio is ${name}, and only AAC, Apple Lossless and Opus are supported in MP4`);
}

/** The descriptors of `esds` (ISO/IEC 14496-1, section 7.2.6): what kind of stream, and the setting of its decoder. */
function readElementaryStream(body: Uint8Array): { objectType: number; config: Uint8Array | undefined } {
  let [objectType, config]: [number, Uint8Array | undefined] = [0, undefined];
  for (let at = 0; at < body.length; ) {
    const tag = body[at++];
    let length = 0;
    for (let more = true; more && at < body.length; at++) {
      length = length * 128 + (body[at]! & 127);
      more = body[at]! >= 128;
    }
    if (tag === 3) {
      const flags = body[at + 2]!;
      at += 3 + (flags & 128 ? 2 : 0) + (flags & 64 ? 1 + body[at + 3]! : 0) + (flags & 32 ? 2 : 0);
    } else if (tag === 4) {
      objectType = body[at]!;
      at += 13;
    } else {
      if (tag === 5 && length > 0) config = body.subarray(at, at + length);
      at += length;
    }
  }
  return { objectType, config };
}
