/**
 * What nobody sees, or what moves what is seen: control characters, line ends of Unicode, halves of surrogate pairs, and what Unicode
 * calls ignorable (zero widths, directions of writing, fillers, tags).
 */
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu;

/** Joiners, selectors of a form and tags: seen by what they do to the character before them. */
const JOINERS = /^(?:\p{Join_Control}|\p{Variation_Selector}|[\u{e0020}-\u{e007f}])$/u;

/** Where joiners are at home: behind emoji, and letters of scripts that join or have forms; not behind those of Latin, Greek and Cyrillic. */
const JOINED =
  /(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|(?![\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Inherited}])[\p{L}\p{M}])[\ufe0e\ufe0f]?[\u{e0020}-\u{e007e}]*$/u;

/** So many code units before a joiner tell whether it is at home. */
const BEFORE = 20;

const replaceUnseen = (text: string, by: (character: string) => string): string =>
  text.replace(UNSEEN, (character, at: number) =>
    JOINERS.test(character) && JOINED.test(text.slice(Math.max(0, at - BEFORE), at)) ? character : by(character),
  );

/**
 * Text as one line that shows all that is in it: whatever could move a cursor, colour a terminal, end a line, turn the direction of writing
 * or hide is written as an escape such as `\x1b`. All else stays as it is.
 */
export const visible = (text: string): string => replaceUnseen(text, escaped);

/** As {@link visible}, of text that is made up of lines: line ends and tabs stay. */
export const visibleLines = (text: string): string =>
  replaceUnseen(text, (character) => (character === '\n' || character === '\t' ? character : escaped(character)));

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escaped(character: string): string {
  const code = character.codePointAt(0)!;
  const hex = code.toString(16);
  if (code < 0x100) return NAMED[character] ?? `\\x${hex.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`;
}

/** A value as JSON in which all is seen, for terminals: read again it is the same value. */
export const jsonText = (value: unknown, indent?: number): string =>
  replaceUnseen(JSON.stringify(value, null, indent), (character) =>
    character === '\n' ? character : Array.from({ length: character.length }, (_, i) => unit(character, i)).join(''),
  );

const unit = (character: string, i: number) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`;

/** Text longer than this is told of by its start. */
const SHOWN = 60;

/** What strangers gave, short enough to stand in an error. */
export const clipped = (text: string, most = SHOWN): string => (text.length > most ? `${text.slice(0, most)}…` : text);

/** What a library says of its input, which it may repeat. */
export const saidBy = (cause: unknown): string =>
  clipped(cause instanceof Error ? cause.message : String(cause), 3 * SHOWN); // WebAssembly code throws strings too

/** Text as XML can hold it, within attributes too, all of it seen. */
export const inMarkup = (text: string): string =>
  visible(text).replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

/** How many of something, in words: `1 fold`, `2 folds`. */
export const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;

/** How many columns of a terminal a text takes: characters of East Asia take two, marks upon others none. */
export const columnsOf = (text: string): number =>
  Array.from(text, (character) => (WIDE.test(character) ? 2 : /^\p{Mn}$/u.test(character) ? 0 : 1)).reduce<number>(
    (sum, columns) => sum + columns,
    0,
  );
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}]/u;
