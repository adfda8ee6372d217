import { openFile } from '../../read-file.ts';

/** How far a file of lines was read. */
export interface Place {
  /** bytes of whole lines */
  readonly read: number;
  /** the last of them, by which the file is known again */
  readonly before: Buffer;
}

export const START: Place = { read: 0, before: Buffer.alloc(0) };

/** What came into a file of lines, a piece at a time. */
export interface Piece {
  /** whole lines, each with its end */
  readonly text: string;
  /** behind the last whole line of the file; empty before its end is reached */
  readonly rest: string;
  readonly place: Place;
  /** the file is not the one that was read before, or no longer: this is its beginning */
  readonly isAnew: boolean;
}

const NEWLINE = 0x0a;
/** Bytes that are read at a time, of a line that is longer as many times two as it takes, and of one that is none at most. */
const [PIECE, LONGEST] = [1024 * 1024, 64 * 1024 * 1024];
/** Bytes by which a file is known again. */
const KNOWN = 256;

/**
 * Reads what has come into a file of lines behind a place, and no more: all of it where the file was written anew.
 *
 * @throws Error with a system's code, such as `ENOENT`, as `openFile` does
 */
export async function* wholeLines(path: string, from: Place): AsyncGenerator<Piece> {
  const file = await openFile(path);
  const bytesAt = async (at: number, length: number): Promise<Buffer> => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
    return buffer.subarray(0, bytesRead);
  };
  try {
    const { size } = await file.stat();
    const { read, before } = from;
    const isSame = size >= read && before.equals(await bytesAt(read - before.length, before.length));
    let [place, isAnew] = [isSame ? from : START, !isSame];
    for (let most = PIECE; place.read < size; ) {
      const bytes = await bytesAt(place.read, Math.min(most, size - place.read));
      const whole = bytes.lastIndexOf(NEWLINE) + 1;
      const isAll = place.read + bytes.length >= size || bytes.length === 0;
      if (!whole && !isAll && most < LONGEST) {
        most *= 2;
        continue;
      }
      const known = Buffer.concat([place.before, bytes.subarray(Math.max(0, whole - KNOWN), whole)]);
      if (whole) place = { read: place.read + whole, before: Buffer.from(known.subarray(-KNOWN)) };
      const rest = isAll || !whole ? bytes.toString('utf8', whole) : '';
      yield { text: bytes.toString('utf8', 0, whole), rest, place, isAnew };
      if (isAll || !whole) return;
      [most, isAnew] = [PIECE, false];
    }
    if (isAnew) yield { text: '', rest: '', place, isAnew };
  } finally {
    await file.close();
  }
}
