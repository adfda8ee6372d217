import { readFile } from 'node:fs/promises';
import { type CsvError, parse } from 'csv-parse/sync';
import { AttuneError } from '../errors.ts';

/** A row of a table: cells by the name of their column, which is in small letters, and the line on which the row ends. */
export interface TableRow<Column extends string = string> {
  readonly cells: Readonly<Record<Column, string>> & Readonly<Partial<Record<string, string>>>;
  /** counted from 1 */
  readonly line: number;
}

const columnName = (text: string) => text.trim().toLowerCase();

/** The names of a table's columns, whatever separates them, or none where its first line cannot be read as such. */
export async function columnsOf(path: string): Promise<string[]> {
  const [first = ''] = (await readFile(path, 'utf8')).split(/\r?\n/, 1);
  try {
    return (parse(first, { bom: true, delimiter: [',', ';', '\t'] })[0] ?? []).map(columnName);
  } catch {
    return [];
  }
}

/**
 * Reads a CSV as RFC 4180 has it, in UTF-8, with or without a byte order mark. Spaces around cells are dropped, so that no speaker becomes two;
 * empty lines and further columns are passed over.
 *
 * @param columns that must be there, in small letters; a header may write them in capitals
 * @throws AttuneError `corpus`, naming file and line, where the file is no CSV in UTF-8, lacks a column or has one twice
 */
export async function readTable<Column extends string>(
  path: string,
  columns: readonly Column[],
): Promise<TableRow<Column>[]> {
  const text = decode(path, await readFile(path));
  if (!text.trim())
    throw new AttuneError('corpus', `${path}, line 1: the file is empty; expected ${columns.join(',')}`);
  try {
    // one character a line's end, for lines are counted by them; spaces within quotes are left by the parser
    const rows = parse(text.replaceAll('\r\n', '\n'), {
      columns: (header: string[]) => checkHeader(path, header, columns),
      info: true,
      trim: true,
      skip_empty_lines: true,
    }) as unknown as { record: TableRow<Column>['cells']; info: { lines: number } }[];
    return rows.map(({ record, info }) => ({ cells: trimmed(record), line: info.lines }));
  } catch (cause) {
    if (cause instanceof AttuneError) throw cause;
    const { message, lines } = cause as CsvError & { lines?: number };
    throw new AttuneError('corpus', `${path}, line ${lines}: this is no CSV as RFC 4180 has it: ${message}`, { cause });
  }
}

const trimmed = <Cells extends object>(cells: Cells): Cells =>
  Object.fromEntries(Object.entries(cells).map(([column, cell]) => [column, (cell as string).trim()])) as Cells;

function decode(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    const lines = bytes.subarray(0, firstBadByte(bytes)).filter((byte) => byte === 10).length;
    throw new AttuneError('corpus', `${path}, line ${lines + 1}: this is not UTF-8; save the table as "CSV UTF-8"`, {
      cause,
    });
  }
}

/** Where the bytes stop being UTF-8: the longest prefix that decodes, found by halving. */
function firstBadByte(bytes: Uint8Array): number {
  let [good, bad] = [0, bytes.length];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, middle), { stream: true });
      good = middle;
    } catch {
      bad = middle;
    }
  }
  return good;
}

function checkHeader(path: string, header: readonly string[], columns: readonly string[]): string[] {
  const found = header.map(columnName);
  const missing = columns.filter((column) => !found.includes(column));
  const twice = found.find((column, i) => column && found.indexOf(column) !== i);
  if (missing.length) {
    const separator = /[;\t]/.test(header.join()) ? '; separate columns by commas' : '';
    throw new AttuneError(
      'corpus',
      `${path}, line 1: column ${missing.join(', ')} is missing; the columns are "${header.join(',')}"${separator}`,
    );
  }
  if (twice) throw new AttuneError('corpus', `${path}, line 1: column ${twice} stands there twice`);
  return found;
}
