import { type Element, elementsOf } from './ebml.ts';
import { view } from './headers.ts';
import { type Block, readBlock } from './matroska-block.ts';
import type { Packet } from './packets.ts';

/** A sound track of a Matroska or WebM file. */
export interface MatroskaTrack {
  /** such as `A_OPUS` */
  readonly codec: string;
  /** the codec's own header */
  readonly codecPrivate: Uint8Array;
  /** the end of the file's last sound or picture, in seconds, as its header states it; recorders leave it out */
  readonly seconds: number | undefined;
  /** whether it is the file's only track */
  readonly alone: boolean;
}

/** A packet of a sound track; its time is when its first sample is heard. */
export interface MatroskaPacket extends Packet {
  readonly track: MatroskaTrack;
  /** what it holds beyond the end of the sound, in seconds */
  readonly padding: number;
}

/** Elements that hold others; one after another in the file, so they need no nesting here. */
const MASTERS = {
  segment: 0x18538067,
  info: 0x1549a966,
  tracks: 0x1654ae6b,
  track: 0xae,
  cluster: 0x1f43b675,
  group: 0xa0,
};
const ID = {
  scale: 0x2ad7b1,
  duration: 0x4489,
  number: 0xd7,
  kind: 0x83,
  codec: 0x86,
  codecPrivate: 0x63a2,
  codecDelay: 0x56aa,
  time: 0xe7,
  simpleBlock: 0xa3,
  block: 0xa1,
  discard: 0x75a2,
};
const WANTED = { holders: new Set(Object.values(MASTERS)), bodies: new Set(Object.values(ID)) };
const SOUND = 2;

/**
 * Gives the packets of the first sound track of a Matroska file (RFC 9559) as its bytes come. Walks forward only, so damage ends
 * the walk.
 *
 * @param onBroken called where the file ends within an element or holds bytes that are none
 * @throws Error where there is no sound track
 */
export async function* matroskaPackets(
  blocks: AsyncIterable<Uint8Array>,
  onBroken: () => void,
): AsyncGenerator<MatroskaPacket> {
  const header = createHeader();
  let clusterTicks = 0;
  let [block, padding]: [Block | undefined, number] = [undefined, 0]; // the last one, and what its group says of its end in ns
  function* handOn(): Generator<MatroskaPacket> {
    const { sound, scale } = header;
    if (block && sound && block.track === sound.number) {
      const seconds = ((block.ticks + clusterTicks) * scale - sound.delay) / 1e9;
      const last = block.frames.length - 1;
      for (const [i, data] of block.frames.entries()) {
        const of = { seconds: i === 0 ? seconds : undefined, padding: i === last ? padding / 1e9 : 0 };
        yield { data, track: header.track()!, ...of };
      }
    }
    if (block) padding = 0;
    block = undefined;
  }
  for await (const element of elementsOf(blocks, WANTED, onBroken)) {
    const { id, body } = element;
    const isBlock = id === ID.simpleBlock || id === ID.block;
    if (isBlock || id === MASTERS.cluster || id === MASTERS.group) yield* handOn();
    if (id === MASTERS.group) padding = 0;
    if (id === ID.time) clusterTicks = unsigned(body);
    else if (id === ID.discard && body[0]! < 0x80)
      padding = unsigned(body); // negative: at the start, in the pre-skip
    else if (isBlock) block = readBlock(body);
    else header.read(element);
  }
  yield* handOn();
  if (!header.sound) throw new Error('it has no audio track');
}

interface Entry {
  number: number;
  kind: number;
  codec: string;
  codecPrivate: Uint8Array;
  /** by how much packets are heard before their time, ns */
  delay: number;
}

/** What a file says of itself before its blocks. */
function createHeader() {
  const entries: Entry[] = [];
  let [scale, duration] = [1e6, 0]; // ns a tick; ticks
  let track: MatroskaTrack | undefined;
  return {
    get scale() {
      return scale;
    },
    /** the first entry of a sound track */
    get sound() {
      return entries.find(({ kind }) => kind === SOUND);
    },
    track(): MatroskaTrack | undefined {
      if (!track && this.sound) {
        const { codec, codecPrivate } = this.sound;
        const seconds = duration > 0 ? (duration * scale) / 1e9 : undefined;
        track = { codec, codecPrivate, seconds, alone: entries.length === 1 };
      }
      return track;
    },
    read({ id, body }: Element): void {
      const entry = entries.at(-1);
      if (id === MASTERS.track)
        entries.push({ number: 0, kind: 0, codec: '', codecPrivate: new Uint8Array(), delay: 0 });
      else if (id === ID.scale) scale = unsigned(body);
      else if (id === ID.duration) duration = float(body);
      else if (id === ID.number && entry) entry.number = unsigned(body);
      else if (id === ID.kind && entry) entry.kind = unsigned(body);
      else if (id === ID.codec && entry) entry.codec = String.fromCharCode(...body.subarray(0, 32)).replace(/\0+$/, '');
      else if (id === ID.codecPrivate && entry) entry.codecPrivate = body;
      else if (id === ID.codecDelay && entry) entry.delay = unsigned(body);
    },
  };
}

const unsigned = (body: Uint8Array) => body.reduce((value, byte) => value * 256 + byte, 0);

const float = (body: Uint8Array) =>
  body.length === 4 ? view(body).getFloat32(0) : body.length === 8 ? view(body).getFloat64(0) : 0;
