import { view } from './headers.ts';

/** A box of an MP4 file (ISO/IEC 14496-12, section 4.2); places are bytes from the start of the file. */
export interface Box {
  readonly type: string;
  /** where its header starts */
  readonly at: number;
  /** where its body starts */
  readonly start: number;
  /** at most the end of what holds it */
  readonly end: number;
  /** whether it goes on behind that */
  readonly cut: boolean;
}

/** Boxes that hold others, with the bytes that stand before them; `wave` holds a decoder's settings in QuickTime files. */
const CONTAINERS: Readonly<Record<string, number>> = {
  ...{ moov: 0, trak: 0, edts: 0, mdia: 0, minf: 0, stbl: 0, mvex: 0, moof: 0, traf: 0, wave: 0 },
  ...{ udta: 0, meta: 4 }, // iTunes' tags
};
/** The tables whose entry count is believed: bytes before the entries, the count last, and bytes an entry. */
const TABLES: Readonly<Record<string, readonly [before: number, entry: number]>> = {
  stts: [8, 8],
  stsc: [8, 12],
  stco: [8, 4],
  co64: [8, 8],
};

/** Boxes in the order of the file, each container before what it holds; damage ends the walk. */
export function* boxesOf(bytes: Uint8Array, from: number, to: number): Generator<Box> {
  const data = view(bytes);
  const ends = [to]; // of the containers that are open
  for (let at = from; ends.length > 0; ) {
    const within = ends.at(-1)!;
    if (at + 8 > within) {
      at = ends.pop()!;
      continue;
    }
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const size = data.getUint32(at);
    const wide = size === 1 && at + 16 <= within; // a 64-bit size follows the type
    const length = wide ? Number(data.getBigUint64(at + 8)) : size || within - at; // 0: to the end of what holds it
    if (length < (wide ? 16 : 8)) return;
    const box = {
      type,
      at,
      start: at + (wide ? 16 : 8),
      end: Math.min(at + length, within),
      cut: at + length > within,
    };
    checkTable(data, box);
    yield box;
    if (type in CONTAINERS) ends.push(box.end);
    at = type in CONTAINERS ? box.start + CONTAINERS[type]! : box.end;
  }
}

/** @throws Error where a table claims more entries than its box holds, or sizes for more samples than the file has bytes */
function checkTable(data: DataView, { type, start, end }: Box): void {
  const sizes = type === 'stsz' && end - start >= 12; // the only table that may hold no entries: one size for all
  const [before, entry] = sizes ? [12, data.getUint32(start + 4) === 0 ? 4 : 0] : (TABLES[type] ?? [0, 0]);
  if (before === 0 || end - start < before) return;
  const count = data.getUint32(start + before - 4);
  if (count * entry > end - start - before || count > data.byteLength)
    throw new Error(`its ${type} table claims ${count} entries, more than the file holds`);
}
