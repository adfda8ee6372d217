import { stat } from 'node:fs/promises';
import { type Log, parseLog } from '../../run/log-text.ts';
import { type Place, START, wholeLines } from './whole-lines.ts';

/** A log as far as it has come. */
export interface KnownLog extends Log {
  /** whole lines */
  readonly lines: number;
}

interface Kept {
  readonly log: KnownLog;
  /** of whole lines alone, from which reading goes on */
  readonly whole: KnownLog;
  readonly place: Place;
  readonly size: number;
  readonly mtimeMs: number;
}

/** Bytes of all logs whose entries are kept in memory; the one that was asked for last is, whatever it has. */
const MOST = 64 * 1024 * 1024;
/** Bytes behind the last whole line, beyond which they are no entry that somebody writes. */
const LONGEST = 1024 * 1024;

/** Of a run that has written none. */
export const NONE: KnownLog = { entries: [], cut: 0, damaged: [], lines: 0 };

/** What reads logs, of each what has come since it was last asked for. */
export function createLogs(): (path: string) => Promise<KnownLog | undefined> {
  const known = new Map<string, Kept>();
  return async (path) => {
    const found = await stat(path).catch(() => undefined);
    if (!found) {
      known.delete(path);
      return undefined;
    }
    const before = known.get(path);
    const { size, mtimeMs } = found;
    const isSame = before?.size === size && before.mtimeMs === mtimeMs;
    const isLonger = before !== undefined && size > before.size;
    const kept = isSame ? before : { ...(await readOn(path, isLonger ? before : undefined)), size, mtimeMs };
    known.delete(path);
    known.set(path, kept); // the last
    let bytes = [...known.values()].reduce((sum, { size }) => sum + size, 0);
    for (const [other, { size }] of known) {
      if (bytes <= MOST || other === path) break;
      known.delete(other);
      bytes -= size;
    }
    return kept.log;
  };
}

async function readOn(path: string, before: Kept | undefined): Promise<Pick<Kept, 'log' | 'whole' | 'place'>> {
  let [parts, place, rest] = [[before?.whole ?? NONE], before?.place ?? START, ''];
  for await (const piece of wholeLines(path, place)) {
    if (piece.isAnew) parts = [];
    parts.push({ ...parseLog(piece.text), lines: piece.text.split('\n').length - 1 });
    ({ place, rest } = piece);
  }
  const whole = joined(parts);
  return { whole, place, log: rest ? joined([whole, { ...restOf(rest), lines: 0 }]) : whole };
}

const restOf = (rest: string): Log => (rest.length > LONGEST ? { ...NONE, damaged: [1] } : parseLog(rest));

function joined(parts: readonly KnownLog[]): KnownLog {
  let lines = 0;
  const damaged = parts.flatMap((part) => {
    const before = lines;
    lines += part.lines;
    return part.damaged.map((line) => before + line);
  });
  const cut = parts.reduce((sum, part) => sum + part.cut, 0);
  return { entries: parts.flatMap(({ entries }) => entries), cut, damaged, lines };
}
