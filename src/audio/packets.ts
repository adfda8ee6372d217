import type { RawBlock } from './decoder.ts';

/** Coded sound as a container holds it: a piece that is decoded in one go. */
export interface Packet {
  readonly data: Uint8Array;
  /** when its sound starts, in seconds of the container's clock; undefined: where the packet before it ends */
  readonly seconds: number | undefined;
}

/** Decodes packets in their order. */
export interface PacketDecoder {
  /** what a packet adds to the sound: one `[samples]` a channel, or nothing; what is wrong with it goes to the complaints */
  decode(packet: Packet): RawBlock | undefined;
  free(): void;
}

/** Decodes packets to a block each, and frees the decoder. */
export function* decodePackets(packets: Iterable<Packet>, decoder: PacketDecoder): Generator<RawBlock> {
  try {
    for (const packet of packets) {
      const block = decoder.decode(packet);
      if (block) yield block;
    }
  } finally {
    decoder.free();
  }
}
