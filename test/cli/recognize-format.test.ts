import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { FORMATS, type Format, formatter, type Outcome } from '../../src/cli/recognize/format.ts';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import type { RecordingReport } from '../../src/recognize/report.ts';
import type { RowKind } from '../../src/recognize/rows.ts';

const probabilities = { neutral: 0.125, happy: 0.5, angry: 0.25, sad: 0.125 };
const REPORT: RecordingReport = {
  file: 'a "b", c\nd.wav',
  startSeconds: 0,
  durationSeconds: 3,
  emotion: 'uncertain',
  probabilities,
  speech: [
    { start: 0.5, end: 1.5 },
    { start: 2, end: 2.25 },
  ],
  spans: [
    { start: 0, end: 0.5, emotion: 'no speech' },
    { start: 0.5, end: 1.5, emotion: 'uncertain', probabilities },
  ],
  segments: [
    { start: 0, end: 2, probabilities },
    { start: 0.4, end: 2.4, probabilities },
  ],
  warnings: [{ code: 'short', message: 'it is short' }],
};
const FAILURE = { file: 'gone.wav', error: 'gone.wav: no such file, "gone"' };

function textOf(
  format: Format,
  outcomes: readonly Outcome[],
  rows: RowKind = 'recordings',
  classes: readonly string[] = EMOTIONS,
): string {
  const { head, of, tail } = formatter(format, rows, { classes, ofTurns: false });
  return head + outcomes.map(of).join('') + tail();
}

describe('the output of recognize', () => {
  it('is JSON with every field, whatever the number of recordings', () => {
    for (const outcomes of [[], [REPORT], [FAILURE, REPORT, FAILURE]])
      expect(JSON.parse(textOf('json', outcomes))).toEqual(outcomes);
    expect(
      textOf('jsonl', [REPORT, FAILURE])
        .split('\n')
        .map((line) => line && JSON.parse(line)),
    ).toEqual([...[REPORT, FAILURE, '']]);
  });

  it.each<[RowKind, string, string[]]>([
    [
      'recordings',
      'file,seconds,emotion,p_neutral,p_happy,p_angry,p_sad,speech_seconds,segments,error',
      [',3.000,uncertain,0.125000,0.500000,0.250000,0.125000,1.250,2,'],
    ],
    [
      'spans',
      'file,start,end,emotion,p_neutral,p_happy,p_angry,p_sad,error',
      [',0.000,0.500,no speech,,,,,', ',0.500,1.500,uncertain,0.125000,0.500000,0.250000,0.125000,'],
    ],
    [
      'segments',
      'file,start,end,p_neutral,p_happy,p_angry,p_sad,error',
      [',0.000,2.000,0.125000,0.500000,0.250000,0.125000,', ',0.400,2.400,0.125000,0.500000,0.250000,0.125000,'],
    ],
  ])('is CSV as RFC 4180 has it, a row for each of the %s', (rows, header, expected) => {
    const text = textOf('csv', [REPORT, FAILURE], rows);
    const gaps = ','.repeat(header.split(',').length - 1);
    expect(text).toBe(
      [
        header,
        ...expected.map((row) => `"a ""b"", c\nd.wav"${row}`),
        `gone.wav${gaps}"gone.wav: no such file, ""gone"""\n`,
      ].join('\n'),
    );
    expect(parse(text).map((row: string[]) => row[0])).toEqual([
      'file',
      ...expected.map(() => REPORT.file),
      'gone.wav',
    ]);
  });

  it('is a table without what failed, whose names of files stay on their lines', () => {
    expect(textOf('table', [FAILURE, REPORT], 'spans').split('\n')).toEqual([
      'file             start   end    emotion  neutral  happy  angry    sad',
      'a "b", c\\nd.wav   0.00  0.50  no speech                              ',
      'a "b", c\\nd.wav   0.50  1.50  uncertain    0.125  0.500  0.250  0.125',
      '',
    ]);
    expect(textOf('table', [FAILURE])).toBe('');
  });

  it('has the columns of the classes that the weights know, in their order', () => {
    const classes = ['高兴', 'a, "b"', 'calm_seconds'];
    const shares = Object.fromEntries(classes.map((name, i) => [name, [0.5, 0.25, 0.25][i]!]));
    const report = {
      ...REPORT,
      emotion: '高兴',
      probabilities: shares,
      segments: [{ start: 0, end: 2, probabilities: shares }],
    };
    const [head, row] = parse(textOf('csv', [report], 'segments', classes));
    expect(head).toEqual(['file', 'start', 'end', 'p_高兴', 'p_a, "b"', 'p_calm_seconds', 'error']);
    expect(row).toEqual([REPORT.file, '0.000', '2.000', '0.500000', '0.250000', '0.250000', '']);
    expect(textOf('table', [report], 'segments', classes)).toMatch(/^file +start +end +高兴 +a, "b" +calm_seconds$/m);
  });

  it('says uncertain in every format', () => {
    for (const format of FORMATS) expect(textOf(format, [REPORT]), format).toMatch(/\buncertain\b/);
  });

  it('shows what strangers wrote, and lets none of it act', () => {
    const evil = '\x1b[31m\x9b2J\u202e';
    const failure = { file: `${evil}.wav`, error: `${evil}: no codec` };
    const report = { ...REPORT, file: `${evil}.ogg` };
    for (const format of FORMATS)
      expect(textOf(format, [failure, report]), format).not.toMatch(/(?!\n|\t)[\p{Cc}\u202e]/u);
    const shown = '\\x1b[31m\\x9b2J\\u202e';
    const rows: string[][] = parse(textOf('csv', [failure, report]));
    expect(rows.map((row) => row[0])).toEqual(['file', `${shown}.wav`, `${shown}.ogg`]);
    expect(rows[1]!.at(-1)).toBe(`${shown}: no codec`);
  });

  it('has no track of what failed', () => {
    expect([textOf('vtt', [FAILURE]), textOf('audacity', [FAILURE])]).toEqual(['', '']);
  });
});
