import { describe, expect, it } from 'vitest';
import { tableLines } from '../src/plain-table.ts';
import { columnsOf, jsonText, visible, visibleLines } from '../src/text.ts';

describe('text of strangers', () => {
  it.each([
    ['a colour', '\x1b[31mred', '\\x1b[31mred'],
    ['a title', '\x1b]0;x\x07', '\\x1b]0;x\\x07'],
    ['an eight-bit control sequence', 'a\x9b2Jb', 'a\\x9b2Jb'],
    ['line ends and tabs', 'a\r\nb\tc\u2028d\u0085e', 'a\\r\\nb\\tc\\u2028d\\x85e'],
    ['deletion and nothing', '\x7f\x08\0', '\\x7f\\x08\\x00'],
    ['another direction', 'a\u202efdp.wav', 'a\\u202efdp.wav'],
    ['isolated directions', '\u2066a\u2069\u200f\u061c', '\\u2066a\\u2069\\u200f\\u061c'],
    ['no width', 'pay\u200bpal\u2060\ufeff', 'pay\\u200bpal\\u2060\\ufeff'],
    ['a joiner among Latin letters', 'adm\u200din', 'adm\\u200din'],
    ['a second joiner', 'می\u200c\u200cخ', 'می\u200c\\u200cخ'],
    ['a soft hyphen and a filler', 'a\u00adb\u3164', 'a\\xadb\\u3164'],
    ['hidden tags', 'a\u{e0041}', 'a\\u{e0041}'],
    ['half a character', '\ud83dx\udc00', '\\ud83dx\\udc00'],
  ])('shows %s as escapes', (_, text, expected) => {
    expect(visible(text)).toBe(expected);
    expect(JSON.parse(jsonText({ [text]: [text] }, 2))).toEqual({ [text]: [text] });
    expect(jsonText(text)).not.toMatch(/[\x7f-\x9f\u2028\u202e\u2066\u200b\ufeff]/);
  });

  it.each([
    ['what people write', 'Müller "x" \\ 漢字 かな שלום العربية e\u0301'],
    ['Persian', 'می\u200cخواهم'],
    ['Devanagari', 'क्\u200dष'],
    [
      'emoji',
      '👨\u200d👩\u200d👧 ❤\ufe0f ❤\ufe0f\u200d🔥 👍🏽 🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}',
    ],
    ['forms of a character', '葛\u{e0100}'],
  ])('leaves %s as it is', (_, text) => {
    expect(visible(text)).toBe(text);
    expect(jsonText(text)).toBe(JSON.stringify(text));
  });

  it.each([
    ['angry', 5],
    ['高兴', 4],
    ['Ärger', 5],
    ['A\u0308rger', 5],
    ['분노', 4],
    ['😀', 2],
    ['', 0],
  ])('takes the columns of a terminal: %s', (text, columns) => {
    expect(columnsOf(text)).toBe(columns); // as wcwidth(3) of glibc 2.36 has it, summed
  });

  it('stands in tables by its columns', () => {
    expect(
      tableLines([
        ['', '高兴', 'sad'],
        ['高', '1', '10'],
      ]),
    ).toEqual(['    高兴  sad', '高     1   10']);
  });

  it('keeps the lines that it is made up of where it is asked to', () => {
    expect(visibleLines('a\n\tb\x1b\r\n')).toBe('a\n\tb\\x1b\\r\n');
    expect(jsonText({ a: [1] }, 2)).toBe('{\n  "a": [\n    1\n  ]\n}');
  });
});
