import type { Findings, RawBlock } from './decoder.ts';
import type { Packet, PacketDecoder } from './packets.ts';

/** The rate at which Opus decodes, whatever was recorded, in Hz. */
export const OPUS_RATE = 48_000;

/** What an Opus header says (https://www.rfc-editor.org/rfc/rfc7845#section-5.1). */
export interface OpusHead {
  readonly channels: number;
  /** samples at 48 kHz before the sound */
  readonly preSkip: number;
  /** dB, times 256 */
  readonly outputGain: number;
  /** which channels of which streams; undefined: mono or stereo in one stream */
  readonly table: { streamCount: number; coupledStreamCount: number; channelMappingTable: Uint8Array } | undefined;
}

/**
 * Reads an Opus header as Ogg and Matroska hold it, little-endian, or as MP4 does, big-endian and without its first eight bytes.
 *
 * @throws Error where it is cut off
 */
export function readOpusHead(bytes: Uint8Array, littleEndian: boolean): OpusHead {
  const start = littleEndian ? 8 : 0; // behind "OpusHead"
  if (bytes.length < start + 11) throw new Error('its Opus header is incomplete');
  const data = new DataView(bytes.buffer, bytes.byteOffset + start, bytes.length - start);
  const channels = data.getUint8(1);
  const head = { channels, preSkip: data.getUint16(2, littleEndian), outputGain: data.getInt16(8, littleEndian) };
  if (data.getUint8(10) === 0) return { ...head, table: undefined };
  if (data.byteLength < 13 + channels) throw new Error('its Opus header ends within the channel table');
  const channelMappingTable = bytes.subarray(start + 13, start + 13 + channels);
  const table = { streamCount: data.getUint8(11), coupledStreamCount: data.getUint8(12), channelMappingTable };
  return { ...head, table };
}

/** A decoder of Opus packets, with the samples before the sound (the pre-skip) still in it. */
export async function openOpus({ channels, outputGain, table }: OpusHead, findings: Findings): Promise<PacketDecoder> {
  const { createOpusDecoder } = await import('@audio/decode-opus/core');
  const decoder = await createOpusDecoder();
  decoder.configure({ channels, outputGain, preSkip: 0, ...table, sampleRate: OPUS_RATE });
  return {
    decode({ data, seconds }: Packet): RawBlock | undefined {
      const { channelData, samplesDecoded, errors } = decoder.decodeFrames([data]);
      for (const { message } of errors) findings.complaints.add(message);
      return samplesDecoded > 0 ? { channels: channelData, sampleRate: OPUS_RATE, seconds } : undefined;
    },
    free: () => decoder.free(),
  };
}
