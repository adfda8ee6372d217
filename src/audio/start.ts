import audioType, { skipId3 } from 'audio-type';
import { type ByteReader, joinBytes } from './bytes.ts';

/** Bytes in which the sound's form shows itself; an MP3 frame is 2,881 bytes at most. */
const START = 16_384;
/** What stands before the first frame of an MP3 that was cut out of another is shorter than a frame, but zeros may be more. */
const MOST_ZEROS = 1_048_576;

/** Where a sound file begins. */
export interface Start {
  /** the file's first bytes behind tags and what is no sound; empty where there are none */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** its form, as `audio-type` calls it, and `rifx`; undefined where it is unknown */
  readonly type: string | undefined;
}

/** Reads on to where the sound begins: behind ID3v2 tags, however many and long, zeros, and the rest of an MP3 frame. */
export async function readStart(reader: ByteReader): Promise<Start> {
  let bytes = await reader.read(START);
  for (let tag = skipId3(bytes); tag > 0; tag = skipId3(bytes)) bytes = await behind(bytes, tag, reader);
  const type = typeOf(bytes);
  if (type !== undefined) return { bytes, type };
  for (let zeros = 0; zeros < MOST_ZEROS && bytes.length > 0 && bytes.every((byte) => byte === 0); zeros += START)
    bytes = await reader.read(START);
  bytes = await behind(
    bytes,
    Math.max(
      0,
      bytes.findIndex((byte) => byte !== 0),
    ),
    reader,
  );
  const frame = firstFrame(bytes);
  return frame === undefined ? { bytes, type: undefined } : { bytes: bytes.slice(frame), type: 'mp3' };
}

/** The bytes that follow the first `length`, as many as are read at the start. */
async function behind(bytes: Uint8Array<ArrayBuffer>, length: number, reader: ByteReader) {
  for (let left = length - bytes.length; left > 0; left -= START)
    if ((await reader.read(Math.min(left, START))).length === 0) break;
  const rest = bytes.slice(length);
  return joinBytes([rest, await reader.read(START - rest.length)]);
}

const RIFF_KIN: Readonly<Record<string, string>> = { RF64: 'wav', BW64: 'wav', RIFX: 'rifx' };

function typeOf(bytes: Uint8Array): string | undefined {
  const [magic, form] = [0, 8].map((at) => String.fromCharCode(...bytes.subarray(at, at + 4)));
  return (form === 'WAVE' && RIFF_KIN[magic!]) || audioType(bytes);
}

/** Frames in a row of one form that chance does not make. */
const ENOUGH_FRAMES = 3;

/** Where MP3 frames begin, of which at least three follow each other; undefined where none do. */
function firstFrame(bytes: Uint8Array): number | undefined {
  for (let at = 0; at + 4 <= bytes.length; at++) {
    let next = at;
    for (let frames = 0; frames < ENOUGH_FRAMES; frames++) {
      const length = mp3FrameBytes(bytes, next);
      if (!length || bytes[next + 1] !== bytes[at + 1] || ((bytes[next + 2]! ^ bytes[at + 2]!) & 0b1100) !== 0) break;
      if (frames === ENOUGH_FRAMES - 1) return at;
      next += length;
    }
  }
  return undefined;
}

/** kbit/s of layer III, by the bits of a header: MPEG 1, then MPEG 2 and 2.5. */
const MP3_BITRATES = [
  [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
];
/** Hz, by the bits of the version. */
export const MP3_RATES: Readonly<Partial<Record<number, readonly number[]>>> = {
  0: [11_025, 12_000, 8_000],
  2: [22_050, 24_000, 16_000],
  3: [44_100, 48_000, 32_000],
};

/** Bytes of the layer III frame whose header stands at `at`; undefined where none does. */
function mp3FrameBytes(bytes: Uint8Array, at: number): number | undefined {
  if (at + 4 > bytes.length || bytes[at] !== 0xff || (bytes[at + 1]! & 0b1110_0110) !== 0b1110_0010) return undefined;
  const version = (bytes[at + 1]! >> 3) & 3;
  const bitrate = MP3_BITRATES[version === 3 ? 0 : 1]![bytes[at + 2]! >> 4];
  const sampleRate = MP3_RATES[version]?.[(bytes[at + 2]! >> 2) & 3];
  if (!bitrate || !sampleRate) return undefined;
  return Math.floor(((version === 3 ? 144_000 : 72_000) * bitrate) / sampleRate) + ((bytes[at + 2]! >> 1) & 1);
}
