import type { Findings, RawBlock } from './decoder.ts';
import { type MatroskaPacket, matroskaPackets } from './matroska.ts';
import { OPUS_RATE, openOpus, readOpusHead } from './opus.ts';
import type { PacketDecoder } from './packets.ts';

/** Seconds by which a header's duration may exceed what the packets' clock says before sound is missing at the end. */
const ROUNDING = 0.03;

/**
 * Opus in WebM or Matroska, as browsers record it, as its bytes come. Packets are placed by their own clock; of the header's
 * duration it only counts whether the sound comes near it, and only where there is no other track, which may be longer.
 */
export async function* decodeWebm(blocks: AsyncIterable<Uint8Array>, findings: Findings): AsyncGenerator<RawBlock> {
  const packets = matroskaPackets(blocks, () => findings.complaints.add('the file ends within an element'));
  let decoder: PacketDecoder | undefined;
  let [preSkip, clock] = [0, 0]; // samples that are still to be passed; when the last packet ends, in seconds
  let declared: number | undefined;
  try {
    for await (const packet of packets) {
      if (!decoder) {
        ({ decoder, preSkip } = await open(packet, findings));
        const { seconds, alone } = packet.track;
        declared = findings.declaredSeconds = alone ? seconds : undefined;
      }
      const decoded = decoder.decode(packet);
      if (!decoded) continue;
      const { length } = decoded.channels[0]!;
      const [from, to] = [Math.min(preSkip, length), length - Math.round(packet.padding * OPUS_RATE)];
      preSkip -= from;
      clock = (packet.seconds ?? clock) + to / OPUS_RATE;
      if (from < to) yield stretch(decoded, from, to);
    }
    findings.declaredSeconds = declared && declared > clock + ROUNDING ? declared : undefined;
  } finally {
    decoder?.free();
  }
}

async function open({ track: { codec, codecPrivate } }: MatroskaPacket, findings: Findings) {
  if (codec !== 'A_OPUS') throw new Error(`its audio is ${codec || 'of no named codec'}, and only Opus is supported`);
  const head = readOpusHead(codecPrivate, true);
  return { decoder: await openOpus(head, findings), preSkip: head.preSkip };
}

/** Samples [from, to) of a block, at their time. */
function stretch({ channels, sampleRate, seconds }: RawBlock, from: number, to: number): RawBlock {
  const heard = channels.map((channel) => channel.subarray(from, to));
  return { channels: heard, sampleRate, seconds: seconds === undefined ? undefined : seconds + from / sampleRate };
}
