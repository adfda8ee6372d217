import { MP3_RATES } from './start.ts';

/** What a container says of itself. */
export interface Header {
  /** the length that the file declares, in seconds; undefined where it declares none */
  readonly seconds?: number | undefined;
  /** where the sound begins and ends, in bytes from the first that was read; undefined where only the file's end will tell */
  readonly startByte?: number | undefined;
  readonly endByte?: number | undefined;
  /** what the decoder is given in place of all that stands before `startByte` */
  readonly head?: Uint8Array<ArrayBuffer>;
  /** where the decoder may give more, for it repeats a single channel */
  readonly channels?: 1;
}

/**
 * Reads a header before a decoder sees it: decoders accept absurd headers, allocate what a header asks for and return too little
 * sound without a word. A reader takes the first bytes of a file, as many as it likes, and throws {@link EndOfHead} until they are
 * enough, or an Error whose message says what is wrong.
 */
export type HeaderReader = (head: Uint8Array) => Header;

/** The header goes on behind the bytes that were given; the message says what is wrong where nothing follows. */
export class EndOfHead extends Error {}

/** More channels than any microphone array in use; a header that claims more is damaged. */
export const MAX_CHANNELS = 64;
/** AIFF-C codings that `@audio/decode-aiff` reads as a stream, with the bytes that a sample takes; undefined: as its bits say. */
const AIFF_CODINGS: Readonly<Record<string, number | undefined>> = {
  NONE: undefined,
  twos: undefined,
  sowt: undefined,
  fl32: 4,
  FL32: 4,
  fl64: 8,
  FL64: 8,
  alaw: 1,
  ulaw: 1,
  ULAW: 1,
};

export const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
export const text = (bytes: Uint8Array, at: number, length = 4) =>
  String.fromCharCode(...bytes.subarray(at, at + length));

/** Chunks of a RIFF (little-endian) or IFF (big-endian) file: where each body starts and the length that it claims. */
export function chunksOf(bytes: Uint8Array, littleEndian: boolean, stopAt: string) {
  const chunks = new Map<string, { start: number; length: number }>();
  for (let at = 12; at + 8 <= bytes.length; ) {
    const [name, length] = [text(bytes, at), view(bytes).getUint32(at + 4, littleEndian)];
    chunks.set(name, { start: at + 8, length });
    if (name === stopAt) break;
    at += 8 + length + (length % 2);
  }
  return chunks;
}

const checkChannels = (channels: number) => {
  if (channels < 1 || channels > MAX_CHANNELS)
    throw new Error(`its header claims ${channels} channels (expected 1 to ${MAX_CHANNELS})`);
};

/** AIFF and AIFF-C: the COMM chunk, and where the sound (SSND) lies: the decoder takes what follows it for sound too. */
export const readAiffHeader: HeaderReader = (bytes) => {
  const chunks = chunksOf(bytes, false, 'SSND');
  const [common, sound] = [chunks.get('COMM'), chunks.get('SSND')];
  if (!common && sound) throw new Error('its COMM chunk does not stand before its sound, which is not supported');
  const compressed = text(bytes, 8) === 'AIFC';
  if (!common || common.start + (compressed ? 22 : 18) > bytes.length) throw new EndOfHead('it has no COMM chunk');
  const channels = view(bytes).getUint16(common.start);
  const [frames, bits] = [view(bytes).getUint32(common.start + 2), view(bytes).getUint16(common.start + 6)];
  const coding = compressed ? text(bytes, common.start + 18) : 'NONE';
  checkChannels(channels);
  if (!(coding in AIFF_CODINGS)) throw new Error(`its samples are coded as "${coding}", which is not supported`);
  // @audio/decode-aiff takes these for unsigned, but AIFF's 8-bit samples are signed
  if (bits <= 8 && !/law$/i.test(coding))
    throw new Error(`it holds ${bits}-bit samples, which are not supported in AIFF`);
  if (!sound || sound.start + 8 > bytes.length) throw new EndOfHead('it has no SSND chunk');
  const exponent = view(bytes).getUint16(common.start + 8) & 0x7fff; // of the 80-bit float that holds the rate
  const sampleRate = view(bytes).getUint32(common.start + 10) * 2 ** (exponent - 16_383 - 31);
  const frameBytes = channels * (AIFF_CODINGS[coding] ?? Math.ceil(bits / 8));
  const offset = view(bytes).getUint32(sound.start) + 8;
  // where the whole file counts as many bytes as the sound, what COMM says of frames may be less, and then comes as damage
  const whole = sound.start + sound.length <= 8 + view(bytes).getUint32(4);
  const room = Math.floor(Math.max(0, sound.length - offset) / frameBytes);
  const held = whole ? room : Math.min(frames, room);
  return {
    seconds: sampleRate > 0 ? frames / sampleRate : undefined,
    endByte: frames > 0 ? sound.start + offset + held * frameBytes : undefined,
  };
};

/**
 * FLAC: STREAMINFO and the lengths of the metadata (https://www.rfc-editor.org/rfc/rfc9639.html#section-8). In Ogg they stand
 * elsewhere and are not read.
 */
export const readFlacHeader: HeaderReader = (bytes) => {
  if (text(bytes, 0) !== 'fLaC') return {};
  if (26 > bytes.length) throw new EndOfHead('it ends within its STREAMINFO block');
  for (let at = 4, last = false; !last; ) {
    if (at + 4 > bytes.length) throw new EndOfHead('it ends within its metadata');
    last = bytes[at]! >= 128;
    at += 4 + (view(bytes).getUint32(at) & 0xffffff);
  }
  const sampleRate = view(bytes).getUint32(18) >>> 12; // 20 bits
  const samples = (view(bytes).getUint8(21) & 15) * 2 ** 32 + view(bytes).getUint32(22); // 36 bits
  return { seconds: sampleRate > 0 && samples > 0 ? samples / sampleRate : undefined };
};

/** MP3: whether there is one channel, and the frame count, encoder delay and padding of the Xing, Info and LAME tags, where the first frame holds them. */
export const readMp3Header: HeaderReader = (bytes) => {
  if (200 > bytes.length) return {};
  const [version, layer] = [(bytes[1]! >> 3) & 3, (bytes[1]! >> 1) & 3];
  const sampleRate = MP3_RATES[version]?.[(bytes[2]! >> 2) & 3];
  if (bytes[0] !== 0xff || layer !== 1 || !sampleRate) return {};
  const mono = bytes[3]! >> 6 === 3;
  const tag = 4 + (version === 3 ? (mono ? 17 : 32) : mono ? 9 : 17); // behind the side information
  const channels = mono ? { channels: 1 as const } : {};
  if (!['Xing', 'Info'].includes(text(bytes, tag))) return channels;
  const flags = bytes[tag + 7]!;
  if (!(flags & 1)) return channels; // no frame count
  const lame = tag + 12 + (flags & 2 ? 4 : 0) + (flags & 4 ? 100 : 0) + (flags & 8 ? 4 : 0);
  const gap = /^La(me|v[cf])/i.test(text(bytes, lame))
    ? (bytes[lame + 21]! << 16) | (bytes[lame + 22]! << 8) | bytes[lame + 23]!
    : 0;
  const frames = view(bytes).getUint32(tag + 8);
  return { ...channels, seconds: (frames * (version === 3 ? 1152 : 576) - (gap >> 12) - (gap & 0xfff)) / sampleRate };
};
