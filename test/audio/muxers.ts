import { big, box, concat } from './files.ts';

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
