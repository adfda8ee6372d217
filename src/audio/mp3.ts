import { createFeeder, type Findings, isAlike, joinBlocks, type RawBlock } from './decoder.ts';
import { type HeaderReader, text, view } from './headers.ts';
import { MPEG_RATES } from './mpeg.ts';

/** MP3: whether there is one channel, and the frame count, encoder delay and padding of the Xing, Info and LAME tags, where the first frame holds them. */
export const readMp3Header: HeaderReader = (bytes) => {
  if (bytes.length < 200) return {};
  const [version, layer] = [(bytes[1]! >> 3) & 3, (bytes[1]! >> 1) & 3];
  const sampleRate = MPEG_RATES[version]![(bytes[2]! >> 2) & 3];
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

/** Bytes given to the decoder at a time, a frame or two: where the sampling rate changes within, it tells the last one alone. */
const PIECE = 512;

/**
 * Decodes MP3. Files are often put one behind the other, perhaps at another rate; what the tag in the first frame declares is the length of
 * the first.
 */
export async function* decodeMp3(blocks: AsyncIterable<Uint8Array>, findings: Findings): AsyncGenerator<RawBlock> {
  const feeder = createFeeder(await (await import('@audio/decode-mp3')).decoder(), findings);
  let seconds = 0;
  try {
    for await (const bytes of blocks) {
      const made: RawBlock[] = [];
      for (let at = 0; at < bytes.length; at += PIECE) {
        const block = feeder.feed(bytes.subarray(at, at + PIECE));
        if (block && made[0] && !isAlike(made[0], block)) yield joinBlocks(made.splice(0));
        if (block) made.push(block);
        if (block) seconds += block.channels[0]!.length / block.sampleRate;
      }
      if (made.length > 0) yield joinBlocks(made);
    }
    const last = feeder.end();
    if (last) yield last;
  } finally {
    feeder.free();
  }
  if (findings.declaredSeconds !== undefined && seconds > findings.declaredSeconds)
    findings.declaredSeconds = undefined;
}
