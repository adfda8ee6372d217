/** What a container says of itself, and what of its bytes is sound. */
export interface Header {
  /** the length that the file declares, in seconds; undefined where it declares none */
  readonly seconds?: number | undefined;
  /** where the sound starts, in bytes from the start of the file; default 0, where the decoder reads the header itself */
  readonly startByte?: number;
  /** what the decoder gets in place of the bytes before the sound: a header that it cannot misread */
  readonly lead?: Uint8Array<ArrayBuffer>;
  /** where the sound ends, in bytes; undefined where only its end will tell */
  readonly endByte?: number | undefined;
  /** bytes of numbers that stand in the order that the decoder does not know */
  readonly swappedBytes?: number | undefined;
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

/** @throws Error where a header claims none, or more than {@link MAX_CHANNELS} */
export function checkChannels(channels: number): void {
  if (channels < 1 || channels > MAX_CHANNELS)
    throw new Error(`its header claims ${channels} channels (expected 1 to ${MAX_CHANNELS})`);
}

export const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
export const text = (bytes: Uint8Array, at: number, length = 4) =>
  String.fromCharCode(...bytes.subarray(at, at + length));

/** Where a chunk's body starts, and the length that it claims, in bytes. */
export interface Chunk {
  readonly start: number;
  readonly length: number;
}

/**
 * Chunks of a RIFF (little-endian or, as RIFX, big-endian) or IFF (big-endian) file, up to the one of the sound. Chunks of an odd length
 * are followed by a byte of padding, which some writers forget.
 */
export function chunksOf(bytes: Uint8Array, littleEndian: boolean, stopAt: string): Map<string, Chunk> {
  const chunks = new Map<string, Chunk>();
  for (let at = 12; at + 8 <= bytes.length; ) {
    const [name, length] = [text(bytes, at), view(bytes).getUint32(at + 4, littleEndian)];
    if (!chunks.has(name)) chunks.set(name, { start: at + 8, length });
    if (name === stopAt) break;
    at += 8 + length;
    if (length % 2 && !(isName(bytes, at) && !isName(bytes, at + 1))) at++;
  }
  return chunks;
}

/** Whether a chunk's name may stand there: four printable characters. */
const isName = (bytes: Uint8Array, at: number) => /^[\x20-\x7e]{4}$/.test(text(bytes, at));

/** Where the sizes of 32 bits end that writers state which cannot know one: the greatest, signed or not. */
const [SIGNED, UNSIGNED] = [2 ** 31, 2 ** 32 - 1];

/**
 * Whether a length stands for one that the writer did not know, as where it wrote to a pipe: 0, the greatest signed number or up to 64 KiB
 * less, the greatest unsigned one, or that less the header and rounded down to whole blocks.
 *
 * @param headBytes bytes before the sound
 */
export function isPlaceholder(length: number, headBytes: number, blockBytes: number): boolean {
  if (length === 0 || (length <= SIGNED && length >= SIGNED - 65_536)) return true;
  const block = Math.max(1, blockBytes);
  return [0, 8, headBytes - 8, headBytes].some((less) => {
    const most = UNSIGNED - less;
    return length === most || length === most - (most % block);
  });
}
