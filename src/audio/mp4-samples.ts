import { view } from './headers.ts';
import type { Box } from './mp4-boxes.ts';

/** Where a coded stretch of sound (a "sample" of the format) lies in the file, and when. */
export interface Mp4Sample {
  /** bytes from the start of the file */
  readonly offset: number;
  /** bytes */
  readonly size: number;
  /** from the start of the track's media, in ticks of its own time scale */
  readonly ticks: number;
  readonly duration: number;
}

/** A track's boxes by type. */
export type TrackBoxes = ReadonlyMap<string, Box>;

/**
 * Walks a track's sample table (ISO/IEC 14496-12, sections 8.6.1 and 8.7): how many samples a chunk holds, where chunks start,
 * how long each sample is in bytes and in time. The tables are read where they lie.
 */
export function* tableSamples(bytes: Uint8Array, boxes: TrackBoxes): Generator<Mp4Sample> {
  const data = view(bytes);
  const [sizes, chunks] = [boxes.get('stsz'), boxes.get('stco') ?? boxes.get('co64')];
  if (!sizes || !chunks || sizes.end - sizes.start < 12 || chunks.end - chunks.start < 8) return;
  const [oneSize, count] = [data.getUint32(sizes.start + 4), data.getUint32(sizes.start + 8)];
  const chunkCount = data.getUint32(chunks.start + 4);
  const offsetOf = (chunk: number) =>
    boxes.has('stco')
      ? data.getUint32(chunks.start + 8 + 4 * chunk)
      : Number(data.getBigUint64(chunks.start + 8 + 8 * chunk));
  const perChunk = samplesPerChunk(data, boxes.get('stsc'));
  const durationOf = durations(data, boxes.get('stts'));
  let [sample, ticks] = [0, 0];
  for (let chunk = 0; chunk < chunkCount && sample < count; chunk++) {
    let offset = offsetOf(chunk);
    for (let left = perChunk(chunk + 1); left > 0 && sample < count; left--, sample++) {
      const size = oneSize || data.getUint32(sizes.start + 12 + 4 * sample);
      const duration = durationOf();
      yield { offset, size, ticks, duration };
      offset += size;
      ticks += duration;
    }
  }
}

/** How many samples the chunks hold, asked of one after another; chunks are counted from 1. */
function samplesPerChunk(data: DataView, stsc: Box | undefined): (chunk: number) => number {
  const entries = stsc ? data.getUint32(stsc.start + 4) : 0;
  const field = (entry: number, at: number) => data.getUint32(stsc!.start + 8 + 12 * entry + at);
  let entry = 0;
  return (chunk) => {
    while (entry + 1 < entries && field(entry + 1, 0) <= chunk) entry++;
    return entries > 0 ? field(entry, 4) : 1;
  };
}

/** How long the next sample lasts, in ticks; the table's last duration goes on behind its end. */
function durations(data: DataView, stts: Box | undefined): () => number {
  const entries = stts ? data.getUint32(stts.start + 4) : 0;
  let [entry, taken] = [0, 0];
  return () => {
    if (entries === 0) return 0;
    while (entry + 1 < entries && taken >= data.getUint32(stts!.start + 8 + 8 * entry)) [entry, taken] = [entry + 1, 0];
    taken++;
    return data.getUint32(stts!.start + 12 + 8 * entry);
  };
}

/** What a track's fragments leave out: the track's number, duration and size of a sample. */
interface Defaults {
  readonly track: number;
  readonly duration: number;
  readonly size: number;
}

/** `trex`: what holds for all fragments of a track. */
export function fragmentDefaults(bytes: Uint8Array, { start, end }: Box): Defaults | undefined {
  if (end - start < 24) return undefined;
  const word = (i: number) => view(bytes).getUint32(start + 4 * i);
  return { track: word(1), duration: word(3), size: word(4) };
}

/**
 * Walks a track's samples in the fragments of a file (`moof`, sections 8.8.4 to 8.8.12), as browsers and live streams
 * write them.
 *
 * @param boxes all boxes of the file in order, containers before what they hold
 * @throws Error where a run claims more samples than the file has bytes
 */
export function* fragmentSamples(bytes: Uint8Array, boxes: Iterable<Box>, defaults: Defaults): Generator<Mp4Sample> {
  const data = view(bytes);
  let [moof, claimed, ticks] = [0, 0, 0];
  let header: FragmentHeader | undefined; // of the fragment in work, where it is of this track
  let next = 0; // where the data of the next run lies, unless the run says
  for (const box of boxes) {
    if (box.type === 'moof') moof = next = box.at;
    if (box.type === 'traf') header = undefined;
    if (box.type === 'tfhd') {
      const read = readFragmentHeader(data, box, moof, defaults);
      next = read?.base ?? next;
      header = read?.track === defaults.track ? read : undefined;
    }
    if (box.type === 'tfdt' && header && box.end - box.start >= 8)
      ticks =
        data.getUint8(box.start) === 1 && box.end - box.start >= 12
          ? Number(data.getBigUint64(box.start + 4))
          : data.getUint32(box.start + 4);
    if (box.type !== 'trun' || !header || box.end - box.start < 8) continue;
    claimed += data.getUint32(box.start + 4);
    if (claimed > bytes.length) throw new Error(`its fragments claim ${claimed} samples, more than the file holds`);
    for (const { offset, size, duration } of runSamples(data, box, header, next)) {
      yield { offset, size, ticks, duration };
      next = offset + size;
      ticks += duration;
    }
  }
}

interface FragmentHeader extends Defaults {
  /** from where its runs count their data, in bytes */
  readonly base: number;
}

/** `tfhd`: five optional fields, which its flags announce. */
function readFragmentHeader(
  data: DataView,
  { start, end }: Box,
  moof: number,
  defaults: Defaults,
): FragmentHeader | undefined {
  if (end - start < 8) return undefined;
  const flags = data.getUint32(start) & 0xffffff;
  let at = start + 8;
  const field = (flag: number, bytes: 4 | 8): number | undefined => {
    if (!(flags & flag) || at + bytes > end) return undefined;
    at += bytes;
    return bytes === 8 ? Number(data.getBigUint64(at - 8)) : data.getUint32(at - 4);
  };
  const base = field(1, 8) ?? moof;
  field(2, 4); // which description
  const [duration, size] = [field(8, 4) ?? defaults.duration, field(16, 4) ?? defaults.size];
  return { track: data.getUint32(start + 4), base, duration, size };
}

/** `trun`: a run of samples that follow each other in the file. */
function* runSamples(
  data: DataView,
  { start, end }: Box,
  header: FragmentHeader,
  next: number,
): Generator<{ offset: number; size: number; duration: number }> {
  const [flags, count] = [data.getUint32(start) & 0xffffff, data.getUint32(start + 4)];
  const has = (flag: number) => (flags & flag ? 4 : 0);
  const head = start + 8 + has(1) + has(4);
  const entry = has(0x100) + has(0x200) + has(0x400) + has(0x800); // duration, size, flags, composition offset
  if (head > end) return;
  let offset = flags & 1 ? header.base + data.getInt32(start + 8) : next;
  for (let i = 0, at = head; i < count && at + entry <= end; i++, at += entry) {
    const duration = flags & 0x100 ? data.getUint32(at) : header.duration;
    const size = flags & 0x200 ? data.getUint32(at + has(0x100)) : header.size;
    yield { offset, size, duration };
    offset += size;
  }
}
