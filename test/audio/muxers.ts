import { big, box, concat, element, little } from './files.ts';

/** A piece of coded sound and how long it lasts, in ticks of its track. */
export interface Coded {
  readonly data: Uint8Array;
  readonly duration: number;
}

export interface Mp4Options {
  /** a sample entry (the body of `stsd` behind its count) */
  readonly entry: Uint8Array;
  /** ticks a second of the track; the movie counts in milliseconds */
  readonly timescale: number;
  readonly packets: readonly Coded[];
  /** [milliseconds, ticks of the media or -1] */
  readonly edits?: readonly (readonly [number, number])[];
  /** packets in a fragment; without it, one table for all */
  readonly fragment?: number;
  /** how a fragment's times are told: ticks by which `tfdt` is late, from the second fragment on */
  readonly gap?: number;
  /** whether the table stands behind the sound */
  readonly tableLast?: boolean;
}

/** An MP4 file with one sound track, written from ISO/IEC 14496-12. */
export function mp4(options: Mp4Options): Uint8Array {
  const { packets, fragment, tableLast = false } = options;
  const type = box('ftyp', 'isom', big(0, 4), 'isom');
  if (fragment) return concat(type, movie(options, []), ...fragments(options, fragment));
  const sound = box('mdat', ...packets.map(({ data }) => data));
  if (tableLast) return concat(type, sound, movie(options, packets, type.length + 8));
  const { length } = movie(options, packets, 0);
  return concat(type, movie(options, packets, type.length + length + 8), sound);
}

function movie({ entry, timescale, edits, fragment }: Mp4Options, packets: readonly Coded[], offset = 0) {
  const list = edits?.flatMap(([duration, from]) => [
    big(duration, 4),
    big(from < 0 ? 2 ** 32 + from : from, 4),
    big(1, 2),
    big(0, 2),
  ]);
  const table = box(
    'stbl',
    box('stsd', big(0, 4), big(1, 4), entry),
    box('stts', big(0, 4), big(packets.length, 4), ...packets.flatMap(({ duration }) => [big(1, 4), big(duration, 4)])),
    box(
      'stsc',
      big(0, 4),
      big(packets.length ? 1 : 0, 4),
      ...(packets.length ? [big(1, 4), big(packets.length, 4), big(1, 4)] : []),
    ),
    box('stsz', big(0, 4), big(0, 4), big(packets.length, 4), ...packets.map(({ data }) => big(data.length, 4))),
    box('stco', big(0, 4), big(packets.length ? 1 : 0, 4), ...(packets.length ? [big(offset, 4)] : [])),
  );
  const track = box(
    'trak',
    box('tkhd', big(7, 4), big(0, 8), big(1, 4), big(0, 68)),
    ...(list ? [box('edts', box('elst', big(0, 4), big(edits!.length, 4), ...list))] : []),
    box(
      'mdia',
      box('mdhd', big(0, 12), big(timescale, 4), big(0, 8)),
      box('hdlr', big(0, 8), 'soun', big(0, 13)),
      box('minf', box('smhd', big(0, 8)), table),
    ),
  );
  const extends_ = fragment ? [box('mvex', box('trex', big(0, 4), big(1, 4), big(1, 4), big(0, 12)))] : [];
  return box('moov', box('mvhd', big(0, 12), big(1_000, 4), big(0, 84)), track, ...extends_);
}

function fragments({ packets, gap = 0 }: Mp4Options, perFragment: number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = 0, ticks = 0; at < packets.length; at += perFragment) {
    const held = packets.slice(at, at + perFragment);
    const run = (offset: number) =>
      box(
        'moof',
        box('mfhd', big(0, 4), big(parts.length + 1, 4)),
        box(
          'traf',
          box('tfhd', big(0x020000, 4), big(1, 4)),
          box('tfdt', big(0, 4), big(ticks + (at > 0 ? gap : 0), 4)),
          box(
            'trun',
            big(0x301, 4), // offset of the data, durations and sizes
            big(held.length, 4),
            big(offset, 4),
            ...held.flatMap(({ data, duration }) => [big(duration, 4), big(data.length, 4)]),
          ),
        ),
      );
    parts.push(concat(run(run(0).length + 8), box('mdat', ...held.map(({ data }) => data))));
    ticks += held.reduce((sum, { duration }) => sum + duration, 0);
  }
  return parts;
}

/** The sample entry of AAC with its decoder's setting. */
export function aacEntry(config: Uint8Array): Uint8Array {
  const setting = concat(big(5, 1), big(config.length, 1), config);
  const decoder = concat(big(4, 1), big(13 + setting.length, 1), big(0x40, 1), big(0x15, 1), big(0, 11), setting);
  return soundEntry('mp4a', box('esds', big(0, 4), big(3, 1), big(3 + decoder.length, 1), big(0, 3), decoder));
}

/** A sample entry with what its coding adds. */
export const soundEntry = (type: string, ...parts: Uint8Array[]) =>
  box(type, big(0, 6), big(1, 2), big(0, 8), big(2, 2), big(16, 2), big(0, 4), big(48_000, 2), big(0, 2), ...parts);

/** A Matroska block: its track, milliseconds, packets (several: a lace), and seconds of padding at its end. */
export interface MatroskaBlock {
  readonly track?: number;
  readonly at: number;
  readonly frames: readonly Uint8Array[];
  readonly lacing?: 'xiph' | 'ebml' | 'fixed';
  readonly padding?: number;
}

export interface MatroskaOptions {
  /** a video track's number is 1, those of sound tracks follow, or start at 1 without it */
  readonly video?: boolean;
  /** codec and header of each sound track */
  readonly sound: readonly (readonly [codec: string, head: Uint8Array])[];
  readonly blocks: readonly MatroskaBlock[];
  /** of the whole file, milliseconds */
  readonly duration?: number;
}

/** A WebM file written from RFC 9559, a cluster a block; it has no size, as recorders write it. */
export function matroska({ video = false, sound, blocks, duration }: MatroskaOptions): Uint8Array {
  const entries = [
    ...(video ? [[1, 'V_VP9', new Uint8Array()] as const] : []),
    ...sound.map(([codec, head]) => [2, codec, head] as const),
  ];
  return concat(
    element(0x1a45dfa3, element(0x4282, 'webm')),
    concat(big(0x18538067, 4), big(0x01ffffff, 4), big(0xffffffff, 4)),
    element(0x1549a966, element(0x2ad7b1, big(1e6, 4)), ...(duration ? [element(0x4489, float64(duration))] : [])),
    element(
      0x1654ae6b,
      ...entries.map(([kind, codec, head], i) =>
        element(
          0xae,
          element(0xd7, big(i + 1, 1)),
          element(0x83, big(kind, 1)),
          element(0x86, codec),
          ...(kind === 2 ? [element(0x63a2, head), element(0x56aa, big(6_500_000, 4))] : []),
        ),
      ),
    ),
    ...blocks.map((block) => element(0x1f43b675, element(0xe7, big(block.at, 6)), matroskaBlock(block))),
  );
}

const float64 = (value: number) => new Uint8Array(new Float64Array([value]).buffer).reverse();

function matroskaBlock({ track = 1, frames, lacing, padding }: MatroskaBlock): Uint8Array {
  const flags = { none: 0, xiph: 2, fixed: 4, ebml: 6 }[lacing ?? 'none'];
  const head = concat(big(0x80 + track, 1), big(0, 2), big(flags, 1));
  const body = concat(head, ...(lacing ? [big(frames.length - 1, 1), laceSizes(frames, lacing)] : []), ...frames);
  if (padding === undefined) return element(0xa3, body);
  return element(0xa0, element(0xa1, body), element(0x75a2, big(Math.round(padding * 1e9), 4)));
}

function laceSizes(frames: readonly Uint8Array[], lacing: 'xiph' | 'ebml' | 'fixed'): Uint8Array {
  const sizes = frames.slice(0, -1).map(({ length }) => length);
  if (lacing === 'fixed') return new Uint8Array();
  if (lacing === 'xiph')
    return concat(
      ...sizes.map((size) => Uint8Array.from([...new Array(Math.floor(size / 255)).fill(255), size % 255])),
    );
  return concat(...sizes.map((size, i) => big(0x4000 + (i === 0 ? size : size - sizes[i - 1]! + 0x1fff), 2))); // two bytes each
}

export interface PageOptions {
  readonly serial: number;
  /** where its last packet ends; undefined: none ends in it */
  readonly granule: number | undefined;
  readonly first?: boolean;
  readonly last?: boolean;
  /** whole packets, or with `continued` and `unfinished` the end of one and the beginning of another */
  readonly packets: readonly Uint8Array[];
  readonly continued?: boolean;
  readonly unfinished?: boolean;
}

/** A page of an Ogg file, written from RFC 3533. */
export function oggPage({ serial, granule, first, last, packets, continued, unfinished }: PageOptions): Uint8Array {
  const lengths = packets.flatMap(({ length }, i) => {
    const full = new Array<number>(Math.floor(length / 255)).fill(255);
    return unfinished && i === packets.length - 1 ? full : [...full, length % 255];
  });
  const flags = (continued ? 1 : 0) + (first ? 2 : 0) + (last ? 4 : 0);
  const place = new Uint8Array(new BigInt64Array([BigInt(granule ?? -1)]).buffer);
  const page = concat(
    'OggS',
    big(0, 1),
    big(flags, 1),
    place,
    little(serial, 4),
    big(0, 8),
    big(lengths.length, 1),
    Uint8Array.from(lengths),
    ...packets,
  );
  page.set(little(oggChecksum(page), 4), 22);
  return page;
}

/** Long division by 0x104c11db7, bit by bit. */
export function oggChecksum(page: Uint8Array): number {
  let rest = 0;
  for (const byte of page)
    for (let bit = 7; bit >= 0; bit--) {
      const out = (rest >>> 31) ^ ((byte >> bit) & 1);
      rest = ((rest << 1) ^ (out ? 0x04c11db7 : 0)) >>> 0;
    }
  return rest;
}
