import { columnsOf, visible } from './text.ts';

/** Rows of cells as lines, each column as wide as its widest cell; the first column to the left, the others to the right. */
export function tableLines(rows: readonly (readonly string[])[]): string[] {
  const cells = rows.map((row) => row.map(visible));
  const widths = cells[0]!.map((_, column) => cells.reduce((most, row) => Math.max(most, columnsOf(row[column]!)), 0));
  return cells.map((row) =>
    row.map((cell, i) => (i === 0 ? cell + blanks(cell, widths[i]!) : blanks(cell, widths[i]!) + cell)).join('  '),
  );
}

/** As {@link tableLines}, in one text. */
export const table = (rows: readonly (readonly string[])[]): string => tableLines(rows).join('\n');

/** Lines, or groups of lines, with an empty line between. */
export const paragraphs = (parts: readonly (string | readonly string[])[]): string[] =>
  parts.flatMap((part, i) => [...(i ? [''] : []), ...(typeof part === 'string' ? [part] : part)]);

const blanks = (cell: string, width: number) => ' '.repeat(width - columnsOf(cell));
