import { view } from './headers.ts';

/** What an MP4 file says of its first sound track. */
export interface Mp4Header {
  /** length as it should be played, in seconds; undefined where no sound track states one */
  readonly seconds: number | undefined;
  /** whether an edit list says which samples are the encoder's padding; without one, `seconds` includes it */
  readonly trimmed: boolean;
  /** where the box that holds all tables ends, in bytes; the file's length where it lacks one */
  readonly tablesEnd: number;
}

const CONTAINERS = ['moov', 'trak', 'edts', 'mdia', 'minf', 'stbl'];
/** Bytes an entry takes in the tables whose entry count decoders believe: [bytes before the entries, bytes an entry]. */
const TABLES: Readonly<Record<string, readonly [number, number]>> = {
  stts: [8, 8],
  stsc: [8, 12],
  stco: [8, 4],
  co64: [8, 8],
};

/**
 * Reads the boxes of an MP4 file (ISO/IEC 14496-12).
 *
 * @throws Error where a table claims more entries than its box holds: the decoder would allocate them all
 */
export function readMp4Header(bytes: Uint8Array): Mp4Header {
  const data = view(bytes);
  let timescale = 0; // ticks a second
  let [ticks, trimmed, found, tablesEnd] = [0, false, false, bytes.length];
  for (const { type, start, end } of boxes(bytes, 0, bytes.length)) {
    if (type === 'moov') tablesEnd = end;
    if (type === 'mvhd' && end - start >= 32)
      timescale = data.getUint32(start + (data.getUint8(start) === 1 ? 20 : 12));
    if (found) continue; // of several tracks the first with sound counts
    if (type === 'trak') [ticks, trimmed] = [0, false];
    if (type === 'tkhd' && end - start >= 36)
      ticks = data.getUint8(start) === 1 ? Number(data.getBigUint64(start + 28)) : data.getUint32(start + 20);
    if (type === 'elst') trimmed = true;
    if (type === 'smhd') found = true; // only sound tracks have a sound media header; it follows tkhd and elst
  }
  return { seconds: found && timescale > 0 && ticks > 0 ? ticks / timescale : undefined, trimmed, tablesEnd };
}

/** Every box in the order of the file, the containers before what they hold. */
function* boxes(bytes: Uint8Array, from: number, to: number): Generator<{ type: string; start: number; end: number }> {
  const data = view(bytes);
  for (let at = from; at + 8 <= to; ) {
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const size = data.getUint32(at);
    const wide = size === 1 && at + 16 <= to; // a 64-bit size follows the type
    const length = wide ? Number(data.getBigUint64(at + 8)) : size || to - at; // 0: to the end of the file
    if (length < (wide ? 16 : 8)) return; // damaged: nothing behind it can be found
    const box = { type, start: at + (wide ? 16 : 8), end: Math.min(at + length, to) };
    checkTable(data, box);
    yield box;
    if (CONTAINERS.includes(type)) yield* boxes(bytes, box.start, box.end);
    at += length;
  }
}

function checkTable(data: DataView, { type, start, end }: { type: string; start: number; end: number }): void {
  const sizes = type === 'stsz' && end - start >= 12; // the only table that may hold no entries: one size for all
  const [before, entry] = sizes ? [12, data.getUint32(start + 4) === 0 ? 4 : 0] : (TABLES[type] ?? [0, 0]);
  if (before === 0 || end - start < before) return;
  const count = data.getUint32(start + before - 4);
  if (count * entry > end - start - before || count > data.byteLength)
    throw new Error(`its ${type} table claims ${count} entries, more than the file holds`);
}
