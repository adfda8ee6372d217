import { view } from './headers.ts';
import { type Box, boxesOf } from './mp4-boxes.ts';
import { type Mp4Codec, readSampleEntry } from './mp4-codec.ts';
import { type Edit, readEdits } from './mp4-edits.ts';
import { fragmentDefaults, fragmentSamples, type Mp4Sample, type TrackBoxes, tableSamples } from './mp4-samples.ts';
import type { Packet } from './packets.ts';

/** Films have a few. */
const MOST_TRACKS = 1_000;

/** The first sound track of an MP4 or QuickTime file. */
export interface Mp4Track {
  readonly codec: Mp4Codec;
  /** which stretches of the media are heard, and when; undefined: all, from 0 on */
  readonly edits: readonly Edit[] | undefined;
  /** the body of the box with iTunes' tags */
  readonly tags: Uint8Array | undefined;
  /** where the media ends by the tables, in seconds from its start */
  readonly mediaSeconds: number;
  /** whether the file ends within the table of a fragment, as where a recorder broke off */
  readonly broken: boolean;
  /** Those that the file holds whole, in order; times in seconds of the media. */
  packets(): Generator<Packet>;
}

/**
 * Finds the sound in an MP4 file (ISO/IEC 14496-12), whose tables may stand before the sound, behind it, or piece by piece
 * among it (fragments).
 *
 * @throws Error where there is no sound track, its coding is unknown, or a table claims more than the file holds
 */
export function readMp4(bytes: Uint8Array): Mp4Track {
  const boxes = () => boxesOf(bytes, 0, bytes.length);
  const { track, movie, extensions, broken } = soundTrack(bytes, boxes());
  const codec = readSampleEntry(bytes, track.get('stsd'));
  const timescale = timescaleOf(bytes, track.get('mdhd'));
  if (timescale === 0) throw new Error('its sound track has no time scale');
  const id = trackId(bytes, track.get('tkhd'));
  const defaults = extensions.map((box) => fragmentDefaults(bytes, box)).find((read) => read?.track === id);
  const samples = function* (): Generator<Mp4Sample> {
    yield* tableSamples(bytes, track);
    yield* fragmentSamples(bytes, boxes(), defaults ?? { track: id, duration: 0, size: 0 });
  };
  let end = 0; // ticks
  for (const { ticks, duration } of samples()) end = Math.max(end, ticks + duration);
  const tags = movie.get('ilst');
  return {
    codec,
    edits: readEdits(bytes, track.get('elst'), { movie: timescaleOf(bytes, movie.get('mvhd')), media: timescale }),
    tags: tags && bytes.subarray(tags.start, tags.end),
    mediaSeconds: end / timescale,
    broken,
    *packets() {
      for (const { offset, size, ticks } of samples())
        if (size > 0 && offset + size <= bytes.length)
          yield { data: bytes.subarray(offset, offset + size), seconds: ticks / timescale };
    },
  };
}

/** The boxes of the first track with sound and those of the movie, the first of each type, and what fragments are told. */
function soundTrack(
  bytes: Uint8Array,
  boxes: Iterable<Box>,
): { track: TrackBoxes; movie: TrackBoxes; extensions: Box[]; broken: boolean } {
  const [movie, extensions, tracks]: [Map<string, Box>, Box[], Map<string, Box>[]] = [new Map(), [], []];
  let [end, broken] = [0, false]; // of the track in work; as of Mp4Track
  for (const box of boxes) {
    if (box.type === 'moof') broken ||= box.cut;
    if (box.type === 'trex') extensions.push(box);
    if (box.type === 'trak') {
      tracks.push(new Map());
      end = box.end;
    }
    if (tracks.length + extensions.length > MOST_TRACKS) throw new Error(`it has more than ${MOST_TRACKS} tracks`);
    const into = box.at < end ? tracks.at(-1)! : movie;
    if (!into.has(box.type)) into.set(box.type, box);
  }
  const track = tracks.find((boxes) => boxes.has('smhd') || handlerOf(bytes, boxes.get('hdlr')) === 'soun');
  if (!track) throw new Error(tracks.length > 0 ? 'it has no audio track' : 'its table of tracks (moov) is missing');
  return { track, movie, extensions, broken };
}

const handlerOf = (bytes: Uint8Array, box: Box | undefined) =>
  box && String.fromCharCode(...bytes.subarray(box.start + 8, box.start + 12));

/** Ticks a second, of `mvhd` or `mdhd`; 0 where the box is missing or too short. */
function timescaleOf(bytes: Uint8Array, box: Box | undefined): number {
  if (!box || box.end - box.start < 24) return 0;
  return view(bytes).getUint32(box.start + (bytes[box.start] === 1 ? 20 : 12));
}

function trackId(bytes: Uint8Array, box: Box | undefined): number {
  if (!box || box.end - box.start < 24) return 0;
  return view(bytes).getUint32(box.start + (bytes[box.start] === 1 ? 20 : 12));
}
