import type { RawBlock } from './decoder.ts';
import { view } from './headers.ts';
import type { Box } from './mp4-boxes.ts';

/** A stretch of a track's media that is heard, and when; all in seconds. */
export interface Edit {
  /** of the media */
  readonly from: number;
  /** of the media; infinite: to its end */
  readonly to: number;
  /** when it is heard, of the player's clock */
  readonly at: number;
}

/**
 * Reads an edit list (ISO/IEC 14496-12, section 8.6.6): it cuts an encoder's padding off, delays the sound, or leaves parts out.
 *
 * @param timescales ticks a second of the movie, in which durations are given, and of the track's media
 * @returns undefined where there is none that can be followed
 */
export function readEdits(
  bytes: Uint8Array,
  box: Box | undefined,
  timescales: { readonly movie: number; readonly media: number },
): Edit[] | undefined {
  if (!box || box.end - box.start < 8 || timescales.movie === 0) return undefined;
  const data = view(bytes);
  const wide = data.getUint8(box.start) === 1;
  const entry = wide ? 20 : 12;
  const count = Math.min(data.getUint32(box.start + 4), Math.floor((box.end - box.start - 8) / entry));
  // many writers round durations down to whole ticks of a coarse movie clock
  const rounded = timescales.movie < timescales.media ? 1 : 0;
  const edits: Edit[] = [];
  let at = 0; // ticks of the movie
  for (let i = 0, place = box.start + 8; i < count; i++, place += entry) {
    const ticks = wide ? Number(data.getBigUint64(place)) : data.getUint32(place);
    const from = wide ? Number(data.getBigInt64(place + 8)) : data.getInt32(place + 4);
    const seconds =
      ticks === 0 ? Number.POSITIVE_INFINITY : (ticks + (i === count - 1 ? rounded : 0)) / timescales.movie;
    const media = from / timescales.media;
    if (from >= 0) edits.push({ from: media, to: media + seconds, at: at / timescales.movie }); // -1: nothing is heard
    at += ticks;
  }
  return edits.length > 0 ? edits : undefined;
}

/** Whether sound is heard twice or in another order, which cannot be followed as it is decoded. */
export const repeats = (edits: readonly Edit[]) => edits.some(({ from }, i) => i > 0 && from < edits[i - 1]!.to - 1e-3);

/**
 * What of a block is heard, and when.
 *
 * @param block its time is that of the media
 * @param mediaSeconds where the media ends: what the last packet holds beyond is padding
 */
export function* edited(block: RawBlock, edits: readonly Edit[], mediaSeconds: number): Generator<RawBlock> {
  const { channels, sampleRate, seconds = 0 } = block;
  const { length } = channels[0]!;
  const sampleAt = (time: number) => Math.max(0, Math.min(length, Math.round((time - seconds) * sampleRate)));
  const last = mediaSeconds > seconds ? mediaSeconds : Number.POSITIVE_INFINITY; // tables without durations end nowhere
  for (const { from, to, at } of edits) {
    const [first, end] = [sampleAt(from), sampleAt(Math.min(to, last))];
    if (first >= end) continue;
    const heard = channels.map((channel) => channel.subarray(first, end));
    yield { channels: heard, sampleRate, seconds: at + Math.max(0, seconds + first / sampleRate - from) };
  }
}

/** When a moment of the media is heard, at the latest: the moment itself, or the end of the edit before it. */
export function heardAt(seconds: number, edits: readonly Edit[]): number {
  return Math.max(0, ...edits.map(({ from, to, at }) => at + Math.min(seconds, to) - from));
}
