import { type CsvError, parse } from 'csv-parse/sync';
import { AttuneError } from '../errors.ts';
import { readWhole, whyUnread } from '../read-file.ts';
import { clipped } from '../text.ts';

/** A row of a table: cells by the name of their column, which is in small letters, and the line on which the row ends. */
export interface TableRow<Column extends string = string> {
  readonly cells: Readonly<Record<Column, string>> & Readonly<Partial<Record<string, string>>>;
  /** counted from 1 */
  readonly line: number;
}

const columnName = (text: string) => text.trim().toLowerCase();

/** The names of a table's columns, whatever separates them, or none where its first line cannot be read as such. */
export async function columnsOf(path: string): Promise<string[]> {
  const [first = ''] = (await read(path)).toString('utf8').split(/\r?\n/, 1);
  try {
    return (parse(first, { bom: true, delimiter: [',', ';', '\t'] })[0] ?? []).map(columnName);
  } catch {
    return [];
  }
}

/** How a table is read. */
interface TableOptions {
  /** whose cells keep the blanks around them, which may belong to the name of a file */
  readonly verbatim?: string;
}

/**
 * Reads a CSV as RFC 4180 has it, in UTF-8, with or without a byte order mark. Spaces around cells are dropped, so that no label becomes two;
 * empty lines and further columns are passed over.
 *
 * @param columns that must be there, in small letters; a header may write them in capitals
 * @throws AttuneError `corpus`, naming file and line, where the file cannot be read, is no CSV in UTF-8, lacks a column or has one twice
 */
export async function readTable<Column extends string>(
  path: string,
  columns: readonly Column[],
  { verbatim }: TableOptions = {},
): Promise<TableRow<Column>[]> {
  const text = decoded(path, await read(path), 'save the table as "CSV UTF-8"');
  if (!text.trim())
    throw new AttuneError('corpus', `${path}, line 1: the file is empty; expected ${columns.join(',')}`);
  const rows = rowsOf(path, text, columns);
  const bare = ([column, cell]: readonly [string, string]) =>
    [column, column === verbatim ? cell : cell.trim()] as const;
  return rows.map(({ record, info }) => ({
    cells: Object.fromEntries(Object.entries(record).map(bare)) as TableRow<Column>['cells'],
    line: info.lines,
  }));
}

interface ParsedRow {
  readonly record: Readonly<Record<string, string>>;
  readonly info: { readonly lines: number };
}

/** Rows with all blanks; where some stand outside of quotes, which RFC 4180 does not allow, without those. */
function rowsOf(path: string, text: string, columns: readonly string[]): ParsedRow[] {
  const rows = (trim: boolean) =>
    // one character a line's end, for lines are counted by them
    parse(text.replaceAll('\r\n', '\n'), {
      columns: (header: string[]) => checkHeader(path, header, columns),
      info: true,
      trim,
      skip_empty_lines: true,
    }) as unknown as ParsedRow[];
  const attempt = (trim: boolean): ParsedRow[] => {
    try {
      return rows(trim);
    } catch (cause) {
      if (cause instanceof AttuneError) throw cause;
      if (!trim) return attempt(true);
      const { message, lines } = cause as CsvError & { lines?: number };
      throw new AttuneError(
        'corpus',
        `${path}, line ${lines}: this is no CSV as RFC 4180 has it: ${clipped(message, 180)}`,
        {
          cause,
        },
      );
    }
  };
  return attempt(false);
}

const read = (path: string): Promise<Buffer> =>
  readWhole(path).catch((cause) => {
    throw new AttuneError(
      'corpus',
      `${path}: the table cannot be read (${whyUnread(cause)}); put a file in its place`,
      {
        cause,
      },
    );
  });

/**
 * A file's text, without a byte order mark.
 *
 * @param remedy what to do where it is none
 * @throws AttuneError `corpus`, naming file and line, where it is not UTF-8
 */
export function decoded(path: string, bytes: Uint8Array, remedy: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    const lines = bytes.subarray(0, firstBadByte(bytes)).filter((byte) => byte === 10).length;
    throw new AttuneError('corpus', `${path}, line ${lines + 1}: this is not UTF-8; ${remedy}`, {
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
