import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { asGiven, csvText } from '../src/csv.ts';

describe('a CSV for spreadsheets', () => {
  // expected by hand, from https://owasp.org/www-community/attacks/CSV_Injection
  it.each([
    ['=1+1', `"'=1+1"\n`],
    ['+cmd', `"'+cmd"\n`],
    ['-2+3', `"'-2+3"\n`],
    ['@SUM(A1)', `"'@SUM(A1)"\n`],
    ['\t=1', `"'\t=1"\n`],
    ['\r=1', `"'\r=1"\n`],
    ['\n=1', `"'\n=1"\n`],
    ['＝1', `"'＝1"\n`],
    [`=HYPERLINK("x","y")`, `"'=HYPERLINK(""x"",""y"")"\n`],
    ["'=1", `"''=1"\n`],
    ["'tis", `"'tis"\n`],
    ['a\rb', '"a\rb"\n'],
    ['a,b', '"a,b"\n'],
    ['a=1', 'a=1\n'],
    ['-0.5', '-0.5\n'],
    ['+49', '+49\n'],
    ['-1e-7', '-1e-7\n'],
    ['-1e', `"'-1e"\n`],
    ['', '\n'],
    ['ä', 'ä\n'],
  ])('writes %j so that it is no formula, and reads it as it was', (cell, text) => {
    expect(csvText([[cell]])).toBe(text);
    if (cell) expect(asGiven(parse(text, { record_delimiter: '\n' })[0]![0]!)).toBe(cell);
  });

  it('leaves numbers as they are, and what is missing empty', () => {
    expect(csvText([['x', -0.5, 3, undefined, '-3']])).toBe('x,-0.5,3,,-3\n');
  });
});
