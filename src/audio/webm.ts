import { join, type RawSound } from './decoder.ts';
import { view } from './headers.ts';
import { type MatroskaTrack, readMatroska } from './matroska.ts';

/** The rate at which Opus decodes, whatever was recorded, in Hz. */
const OPUS_RATE = 48_000;

/** Opus in WebM or Matroska, as browsers record it. Its length is what the header or the packets' own clock says. */
export async function decodeWebm(bytes: Uint8Array): Promise<RawSound> {
  const track = readMatroska(bytes);
  if (track.codec !== 'A_OPUS')
    throw new Error(`its audio is ${track.codec || 'of no named codec'}, and only Opus is supported`);
  if (track.codecPrivate.length < 19) throw new Error('its Opus header is incomplete');
  const { createOpusDecoder } = await import('@audio/decode-opus/core');
  const decoder = await createOpusDecoder();
  try {
    decoder.configure(opusOptions(track.codecPrivate));
    const packets = track.packets.map((packet) => packet.data);
    const parts = [decoder.decodeFrames(packets.slice(0, -1)), decoder.decodeFrames(packets.slice(-1))];
    const channels = join(parts.filter((part) => part.samplesDecoded > 0).map((part) => part.channelData));
    const length = Math.max(0, (channels[0]?.length ?? 0) - Math.round(track.padding * OPUS_RATE));
    const complaints = parts.flatMap((part) => part.errors.map(({ message }) => message));
    return {
      channels: channels.map((channel) => channel.subarray(0, length)),
      sampleRate: OPUS_RATE,
      complaints: [...new Set([...complaints, ...(track.broken ? ['the file ends within an element'] : [])])],
      declaredSeconds: declaredSeconds(track, parts[1]!.samplesDecoded / OPUS_RATE),
    };
  } finally {
    decoder.free();
  }
}

/** By the packets' clock, lost ones show as gaps; by the header, those that were cut off show. */
function declaredSeconds({ packets, padding, seconds }: MatroskaTrack, lastSeconds: number): number {
  const clock = (packets.at(-1)?.time ?? 0) - (packets[0]?.time ?? 0) + lastSeconds - padding;
  return Math.max(clock, seconds ?? 0);
}

/** The OpusHead structure (https://www.rfc-editor.org/rfc/rfc7845#section-5.1). */
function opusOptions(head: Uint8Array) {
  const channels = head[9]!;
  const plain = { channels, preSkip: view(head).getUint16(10, true), outputGain: view(head).getInt16(16, true) };
  if (head[18] === 0) return { ...plain, sampleRate: OPUS_RATE } as const; // mono or stereo, no channel table
  if (head.length < 21 + channels) throw new Error('its Opus header ends within the channel table');
  const table = {
    streamCount: head[19]!,
    coupledStreamCount: head[20]!,
    channelMappingTable: head.subarray(21, 21 + channels),
  };
  return { ...plain, ...table, sampleRate: OPUS_RATE } as const;
}
