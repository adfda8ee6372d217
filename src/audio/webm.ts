import { joinSamples, wholeFile } from './bytes.ts';
import type { Findings, RawBlock } from './decoder.ts';
import { view } from './headers.ts';
import { type MatroskaTrack, readMatroska } from './matroska.ts';

/** The rate at which Opus decodes, whatever was recorded, in Hz. */
const OPUS_RATE = 48_000;
/** Packets decoded at a time: 10 s as browsers make them. */
const PACKETS = 500;

/**
 * Opus in WebM or Matroska, as browsers record it. The file is held in memory (an hour takes some 60 MB), its sound is not. Its
 * length is what the header or the packets' own clock says.
 */
export async function* decodeWebm(blocks: AsyncIterable<Uint8Array>, findings: Findings): AsyncGenerator<RawBlock> {
  const track = readMatroska(await wholeFile(blocks));
  if (track.codec !== 'A_OPUS')
    throw new Error(`its audio is ${track.codec || 'of no named codec'}, and only Opus is supported`);
  if (track.codecPrivate.length < 19) throw new Error('its Opus header is incomplete');
  findings.declaredSeconds = track.seconds;
  const { createOpusDecoder } = await import('@audio/decode-opus/core');
  const decoder = await createOpusDecoder();
  const decode = (packets: MatroskaTrack['packets']): Float32Array[] => {
    const { channelData, samplesDecoded, errors } = decoder.decodeFrames(packets.map((packet) => packet.data));
    for (const { message } of errors) findings.complaints.add(message);
    return samplesDecoded > 0 ? channelData : [];
  };
  try {
    decoder.configure(opusOptions(track.codecPrivate));
    const { packets, padding, broken } = track;
    let at = 0;
    for (; at + PACKETS < packets.length - 1; at += PACKETS)
      yield { channels: decode(packets.slice(at, at + PACKETS)), sampleRate: OPUS_RATE };
    const [before, last] = [decode(packets.slice(at, -1)), decode(packets.slice(-1))];
    yield { channels: joinWithoutPadding([before, last], padding), sampleRate: OPUS_RATE };
    findings.declaredSeconds = declaredSeconds(track, (last[0]?.length ?? 0) / OPUS_RATE);
    if (broken) findings.complaints.add('the file ends within an element');
  } finally {
    decoder.free();
  }
}

/** The channels of the last parts one after another, less the seconds of padding at their end. */
function joinWithoutPadding(decoded: readonly Float32Array[][], padding: number): Float32Array[] {
  const parts = decoded.filter((part) => part.length > 0);
  return (parts[0] ?? []).map((_, channel) => {
    const samples = joinSamples(parts.map((part) => part[channel]!));
    return samples.subarray(0, Math.max(0, samples.length - Math.round(padding * OPUS_RATE)));
  });
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
