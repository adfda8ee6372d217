import { view } from './headers.ts';

/** The first sound track of a Matroska or WebM file. */
export interface MatroskaTrack {
  /** such as `A_OPUS` */
  readonly codec: string;
  /** the codec's own header */
  readonly codecPrivate: Uint8Array;
  /** in the order of the file; times in seconds */
  readonly packets: readonly { readonly data: Uint8Array; readonly time: number }[];
  /** what the last packets hold beyond the end of the sound, in seconds */
  readonly padding: number;
  /** the length that the header states, in seconds; recorders leave it out */
  readonly seconds: number | undefined;
  /** whether the file ends within an element or holds bytes that are none */
  readonly broken: boolean;
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
const HOLDERS = new Set(Object.values(MASTERS));
const ID = {
  scale: 0x2ad7b1,
  duration: 0x4489,
  number: 0xd7,
  kind: 0x83,
  codec: 0x86,
  codecPrivate: 0x63a2,
  time: 0xe7,
  simpleBlock: 0xa3,
  block: 0xa1,
  discard: 0x75a2,
};
const SOUND = 2;
const LACING = 6;

/**
 * Takes the first sound track out of a Matroska file (RFC 9559). Walks forward only, so damage ends the walk.
 *
 * @throws Error where there is no sound track, or its packets are laced (several in a block), which no Opus recorder does
 */
export function readMatroska(bytes: Uint8Array): MatroskaTrack {
  const tracks: { number: number; kind: number; codec: string; codecPrivate: Uint8Array }[] = [];
  const blocks: { track: number; data: Uint8Array; ticks: number }[] = [];
  const walk = { broken: false };
  let [scale, duration, clusterTicks, discarded] = [1e6, 0, 0, 0]; // ns a tick; ticks; ticks; ns
  for (const { id, body } of elements(bytes, walk)) {
    const track = tracks.at(-1);
    if (id === MASTERS.track) tracks.push({ number: 0, kind: 0, codec: '', codecPrivate: new Uint8Array() });
    else if (id === ID.scale) scale = unsigned(body);
    else if (id === ID.duration)
      duration = body.length === 4 ? view(body).getFloat32(0) : body.length === 8 ? view(body).getFloat64(0) : 0;
    else if (id === ID.number && track) track.number = unsigned(body);
    else if (id === ID.kind && track) track.kind = unsigned(body);
    else if (id === ID.codec && track) track.codec = String.fromCharCode(...body.subarray(0, 32)).replace(/\0+$/, '');
    else if (id === ID.codecPrivate && track) track.codecPrivate = body;
    else if (id === ID.time) clusterTicks = unsigned(body);
    else if (id === ID.discard && body[0]! < 0x80)
      discarded += unsigned(body); // negative: at the start, in the pre-skip
    else if (id === ID.simpleBlock || id === ID.block) blocks.push(...blockOf(body, clusterTicks));
  }
  const sound = tracks.find((track) => track.kind === SOUND);
  if (!sound) throw new Error('it has no audio track');
  const packets = blocks
    .filter((block) => block.track === sound.number)
    .map(({ data, ticks }) => ({ data, time: (ticks * scale) / 1e9 }));
  return {
    ...sound,
    packets,
    padding: discarded / 1e9,
    seconds: duration > 0 ? (duration * scale) / 1e9 : undefined,
    broken: walk.broken,
  };
}

/** A block: track number, signed time within the cluster, flags, one packet. */
function blockOf(body: Uint8Array, clusterTicks: number) {
  const track = vint(body, 0, true);
  if (!track || track.length + 3 > body.length) return [];
  if ((body[track.length + 2]! & LACING) !== 0) throw new Error('its packets are laced, which is not supported');
  const ticks = clusterTicks + view(body).getInt16(track.length);
  return [{ track: track.value, data: body.subarray(track.length + 3), ticks }];
}

/** Every element in the order of the file (EBML, RFC 8794); those that hold others come with an empty body. */
function* elements(bytes: Uint8Array, walk: { broken: boolean }): Generator<{ id: number; body: Uint8Array }> {
  for (let at = 0; at < bytes.length; ) {
    const id = vint(bytes, at, false);
    const size = id && vint(bytes, at + id.length, true);
    const start = at + (id?.length ?? 0) + (size?.length ?? 0);
    const holder = id !== undefined && HOLDERS.has(id.value);
    at = holder ? start : start + (size?.value ?? Number.POSITIVE_INFINITY);
    if (!id || !size || at > bytes.length) {
      walk.broken = true;
      return;
    }
    yield { id: id.value, body: bytes.subarray(start, at) };
  }
}

/** A number of one to eight bytes whose leading zeros say how many; sizes drop the marker bit, names keep it. */
function vint(bytes: Uint8Array, at: number, dropMarker: boolean): { value: number; length: number } | undefined {
  const length = Math.clz32(bytes[at] ?? 0) - 23;
  if (length > 8 || at + length > bytes.length) return undefined;
  const first = dropMarker ? bytes[at]! & (0xff >> length) : bytes[at]!;
  return { value: bytes.subarray(at + 1, at + length).reduce((value, byte) => value * 256 + byte, first), length };
}

const unsigned = (body: Uint8Array) => body.reduce((value, byte) => value * 256 + byte, 0);
