/**
 * A table in Markdown. Bars within cells are escaped.
 *
 * @param align of the columns behind the first: `right` for numbers; default: as the reader's program has it
 */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  align?: 'right',
): string {
  const rule = head.map((_, column) => (align && column > 0 ? '---:' : '---'));
  return [head, rule, ...rows]
    .map((cells) => `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}
