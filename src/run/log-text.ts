import { formOf } from '../json.ts';
import type { LogEntry } from './run-files.ts';
import { LOG_ENTRY } from './run-schemas.ts';

/** A log as its text has it. */
export interface Log {
  readonly entries: LogEntry[];
  /** lines that a kill cut short, perhaps with the next one behind them */
  readonly cut: number;
  /** the numbers of lines that no version wrote, counted from 1 */
  readonly damaged: readonly number[];
}

/** Reads `log.jsonl`, an entry a line. */
export function parseLog(text: string): Log {
  const [entries, damaged]: [LogEntry[], number[]] = [[], []];
  let cut = 0;
  for (const [i, line] of text.split('\n').entries()) {
    const entry = entryOf(line);
    if (entry) entries.push(entry);
    else if (line && isCut(line)) cut++;
    else if (line) damaged.push(i + 1);
  }
  return { entries, cut, damaged };
}

function entryOf(line: string): LogEntry | undefined {
  try {
    const found = formOf(JSON.parse(line), LOG_ENTRY);
    return 'fault' in found ? undefined : found.value;
  } catch {
    return undefined;
  }
}

/** How every entry begins. Within a text of JSON its quotes are escaped, so it stands nowhere else. */
const BEGINNING = '{"event":"';

/**
 * Whether a kill leaves such a line: the beginning of an entry. Where the run was started again, that went on in the same line, with an
 * entry that may be cut short as well.
 */
function isCut(line: string): boolean {
  const pieces = line.split(BEGINNING).map((piece, i) => (i ? BEGINNING : '') + piece);
  const isLast = (i: number) => i === pieces.length - 1;
  return pieces.every((piece, i) => isBeginning(piece) || (isLast(i) && i > 0 && entryOf(piece) !== undefined));
}

function isBeginning(piece: string): boolean {
  const begins = BEGINNING.startsWith(piece) || piece.startsWith(BEGINNING);
  const isWhole = piece.endsWith('}') && entryOf(`${piece}}`) === undefined; // which may end within it
  return begins && !isWhole && ![...piece].some(isEscaped);
}

/** Whether JSON has no such character as it is. */
const isEscaped = (character: string): boolean => character < ' ';
