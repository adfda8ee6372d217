import { visibleLines } from '../text.ts';

/** Markup that is safe to insert as it stands: made by {@link html} or {@link raw}. */
export interface Html {
  readonly markup: string;
}

type Part = Html | string | number | null | readonly Part[];

/**
 * A template of HTML. Strings and numbers put into it are escaped, what is hidden in them shown, other templates and lists of them are not; null is
 * left out. Attributes must stand in double quotes. A figure and its `%` stay on one line.
 */
export const html = (texts: TemplateStringsArray, ...parts: readonly Part[]): Html => {
  const markup = texts.map((text, i) => (i ? markupOf(parts[i - 1]!) : '') + text).join('');
  return raw(markup.replace(/(?<=\d) (?=%)/g, '\u00a0'));
};

/** Takes markup as it is: never for what comes from files or labels. */
export const raw = (markup: string): Html => ({ markup });

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function markupOf(part: Part): string {
  if (part === null) return '';
  if (typeof part !== 'object')
    return visibleLines(String(part)).replace(/[&<>"']/g, (character) => ESCAPES[character]!);
  return 'markup' in part ? part.markup : part.map(markupOf).join('');
}

/** A table cell: text at the left, numbers at the right. */
export type Cell = string | number | Html;

/**
 * @param head of the columns; those of `words` hold text, all others are aligned as numbers
 * @param words indexes of columns
 */
export function table(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  words: readonly number[] = [0],
): Html {
  const kind = (column: number) => (words.includes(column) ? 'word' : 'number');
  return html`<div class="scroll"><table>
<thead><tr>${head.map((name, i) => html`<th scope="col" class="${kind(i)}">${name}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => html`<tr>${row.map((cell, i) => html`<td class="${kind(i)}">${cell}</td>`)}</tr>\n`)}</tbody>
</table></div>`;
}

/** A table of two columns without a head: what, and its value. */
export const facts = (rows: readonly (readonly [string, Cell])[]): Html =>
  html`<table class="facts"><tbody>
${rows.map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>\n`)}</tbody></table>`;
