import { stringify } from 'csv-stringify/sync';
import { visibleLines } from './text.ts';

/** What spreadsheets take for a formula: https://owasp.org/www-community/attacks/CSV_Injection; with apostrophes before it, what was escaped. */
const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/;
/** Numbers may begin with a sign; a spreadsheet reads them as numbers. */
const NUMBER = /^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i;

/** A cell that no spreadsheet takes for a formula: an apostrophe stands before one, as OWASP says. Numbers stay numbers. */
const harmless = (cell: string): string => (FORMULA.test(cell) && !NUMBER.test(cell) ? `'${cell}` : cell);

/** The cell that {@link csvText} was given, from the one that it wrote. */
export const asGiven = (cell: string): string => (cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell);

type CsvRows = readonly (readonly (string | number | undefined)[])[];

/**
 * Rows as CSV: RFC 4180 with `\n` at line ends, carriage returns in quotes. A cell that a spreadsheet would calculate has an apostrophe before
 * it, in quotes, which {@link asGiven} takes away again.
 */
export const csvText = (rows: CsvRows): string =>
  stringify(
    rows.map((row) => row.map((cell) => (typeof cell === 'string' ? harmless(cell) : cell))),
    { record_delimiter: '\n', quoted_match: /\r|^'/ },
  );

/**
 * As {@link csvText}, with strangers' text that is not read back by its bytes: what could act on a terminal or hide is written as an escape;
 * line ends and tabs stay.
 */
export const seenCsv = (rows: CsvRows): string =>
  csvText(rows.map((row) => row.map((cell) => (typeof cell === 'string' ? visibleLines(cell) : cell))));
