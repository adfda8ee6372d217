import audioType, { skipId3 } from 'audio-type';
import { type ByteReader, joinBytes } from './bytes.ts';
import { text } from './headers.ts';
import { findFrames } from './mpeg.ts';
import { isWav } from './wav.ts';

/** What a file holds, and where. */
export interface Found {
  /** the name that `audio-type` gives a format; undefined: unknown */
  readonly type: string | undefined;
  /** bytes from where the sound or its container starts, already read; none where there is nothing but tags and zeros */
  readonly start: Uint8Array<ArrayBuffer>;
}

/** Bytes in which frames of MPEG sound are looked for, where nothing else is known: a frame takes 2.9 kB at most. */
const SEARCHED = 65_536;

/**
 * Tells what a file holds by its content, behind ID3v2 tags (there may be several) and zeros. Of MP3 and AAC without a
 * container, which may be cut out of a stream, the first frame that others follow counts.
 *
 * @param block bytes to read at a time, 16 or more
 * @param most bytes of zeros that are passed
 */
export async function findSound(reader: ByteReader, block: number, most: number): Promise<Found> {
  let start = await reader.read(block);
  for (let zeros = 0; start.length > 0; ) {
    const tag = skipId3(start);
    if (tag > 0) {
      start = await behind(reader, start, tag, block);
      continue;
    }
    const type = typeOf(start);
    if (type !== undefined) return { type, start };
    const first = start.findIndex((byte) => byte !== 0);
    if (first === 0) break;
    zeros += first > 0 ? first : start.length;
    if (zeros > most) break;
    start = await behind(reader, start, first > 0 ? first : start.length, block);
  }
  const more = start.length < block ? new Uint8Array() : await reader.read(SEARCHED);
  const whole = joinBytes([start, more]);
  const frames = findFrames(whole);
  return { type: frames?.type, start: whole.slice(frames?.at ?? 0) };
}

/** Of Ogg, what it holds is not told: of several streams the first need not be sound. */
function typeOf(start: Uint8Array): string | undefined {
  if (text(start, 0) === 'OggS') return 'oga';
  return isWav(start) ? 'wav' : audioType(start);
}

/** The bytes behind the next `length`, of which `start` are here: as many as a block where the file has them. */
async function behind(
  reader: ByteReader,
  start: Uint8Array<ArrayBuffer>,
  length: number,
  block: number,
): Promise<Uint8Array<ArrayBuffer>> {
  for (let left = length - start.length; left > 0; ) {
    const passed = await reader.read(Math.min(left, block));
    if (passed.length === 0) return new Uint8Array();
    left -= passed.length;
  }
  const here = start.slice(length);
  return joinBytes([here, await reader.read(block - here.length)]);
}
