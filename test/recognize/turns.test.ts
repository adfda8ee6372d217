import { describe, expect, it } from 'vitest';
import { checkedTurns, parseTurns } from '../../src/recognize/turns.ts';

const read = async (text: string, ...recording: [string?]) =>
  (await parseTurns(text, 'x.turns', recording.length ? recording[0] : 'calls/call.wav')).map(
    ({ start, end, speaker }) => [start, end, speaker],
  );

describe('turns in RTTM', () => {
  // as the evaluation plan of RT-09 and pyannote.audio write it
  const RTTM = [
    ';; made by hand',
    'SPKR-INFO call 1 <NA> <NA> <NA> unknown anna <NA> <NA>',
    'SPEAKER call 1 2.500 1.250 <NA> <NA> bob <NA> <NA>',
    'SPEAKER\tcall\t1\t0.1\t0.2\t<NA>\t<NA>\tanna\t0.9',
    'LEXEME call 1 0.1 0.2 hello lex anna 0.9 <NA>',
    'SPEAKER other 1 9 1 <NA> <NA> cem <NA> <NA>',
    '',
  ];

  it('are those of the recording, in the order of their starts, with start and end', async () => {
    const expected = [
      [0.1, 0.3, 'anna'], // 0.30000000000000004 without rounding
      [2.5, 3.75, 'bob'],
    ];
    expect(await read(RTTM.join('\n'))).toEqual(expected);
    expect(await read(`\uFEFF${RTTM.join('\r\n')}`)).toEqual(expected);
    expect((await parseTurns(RTTM.join('\n'), 'x.rttm', 'call.wav')).map(({ source }) => source)).toEqual([
      'x.rttm, line 4',
      'x.rttm, line 3',
    ]);
  });

  it.each<[file: string, recording: string | undefined]>([
    ['call', 'call.wav'],
    ['call', '/data/calls/call.flac'],
    ['call', 'C:\\calls\\call.flac'],
    ['call.wav', 'calls/call.wav'],
    ['calls/call', 'data/calls/call.wav'],
    ['call.2026', 'call.2026.wav'],
    ['caf\u00e9', 'cafe\u0301.wav'],
    ['<NA>', 'call.wav'],
    ['anything', undefined],
  ])('of %s are those of %s', async (file, recording) => {
    expect(await read(`SPEAKER ${file} 1 1 1 <NA> <NA> anna <NA> <NA>`, recording)).toEqual([[1, 2, 'anna']]);
  });

  it.each<[why: string, text: string, message: string, recording?: string]>([
    ['empty', '\n \n', 'x.turns, line 1: the file is empty; expected turns as RTTM or WebVTT'],
    ['without a turn', ';; nothing\n', 'x.turns holds no turn: expected lines such as "SPEAKER call 1'],
    [
      'of other recordings',
      ['a', 'b', 'c', 'd'].map((file) => `SPEAKER ${file} 1 1 1 <NA> <NA> anna`).join('\n'),
      'x.turns holds no turn of calls/call.wav: expected lines such as "SPEAKER call 1 0.25 1.5 <NA> <NA> anna <NA> <NA>", found those of a, b, c and 1 more',
    ],
    ['of a longer name', 'SPEAKER all 1 1 1 <NA> <NA> anna', 'x.turns holds no turn of calls/call.wav'],
    ['of another kind', 'hello', 'x.turns, line 1: this is no line of RTTM: "hello"; expected such as "SPEAKER'],
    ['with a short line', '\nSPEAKER call 1 1 1 <NA> <NA>', 'x.turns, line 2: the line has 7 fields'],
    ['with a blank in a name', 'SPEAKER call 1 1 1 <NA> <NA> Anna Lee <NA> <NA>', 'line 1: the line has 11 fields'],
    ['with a word for a time', 'SPEAKER call 1 1s 1 <NA> <NA> anna', 'line 1: the onset is "1s"'],
    ['with a hexadecimal time', 'SPEAKER call 1 1 0x1 <NA> <NA> anna', 'line 1: the duration is "0x1"'],
    ['with a negative start', 'SPEAKER call 1 -1 2 <NA> <NA> anna', 'line 1: .*its start, -1 s, lies before'],
    ['with no duration', 'SPEAKER call 1 1 0 <NA> <NA> anna', 'its end, 1 s, does not lie after its start, 1 s'],
    ['with an infinite time', 'SPEAKER call 1 1 1e999 <NA> <NA> anna', 'its end is Infinity, expected a finite'],
    ['without a speaker', 'SPEAKER call 1 1 1 <NA> <NA> <NA> <NA> <NA>', 'line 1: the line names no speaker'],
  ])('that are %s are refused', async (_, text, message) => {
    await expect(read(text)).rejects.toMatchObject({ code: 'turns', message: expect.stringMatching(regex(message)) });
  });

  it('of several recordings are refused where the recording has no name', async () => {
    const text = 'SPEAKER a 1 1 1 <NA> <NA> anna\nSPEAKER b 1 1 1 <NA> <NA> anna';
    await expect(parseTurns(text, 'x.rttm', undefined)).rejects.toThrow(
      'x.rttm holds turns of several recordings (a, b), and this one has no name: leave the lines of one',
    );
  });
});

describe('turns without number', () => {
  const line = (start: number, seconds: number) => `SPEAKER call 1 ${start} ${seconds} <NA> <NA> anna`;

  it('are read up to 100 at the same time', async () => {
    const lines = Array.from({ length: 300 }, (_, i) => line(i / 100, 1)); // each ends when the one 100 after it starts
    expect(await read(lines.join('\n'))).toHaveLength(300);
    await expect(read([...lines, line(2, 0.01)].join('\n'))).rejects.toMatchObject({
      code: 'turns',
      message: 'x.turns: expected at most 100 turns at the same time, got 101; give some of them at a time',
    });
  });

  it('are taken up to 100,000', () => {
    const turns = Array.from({ length: 100_001 }, (_, i) => ({ start: i, end: i + 1, speaker: 'anna' }));
    expect(checkedTurns(turns.slice(1))).toHaveLength(100_000);
    expect(() => checkedTurns(turns)).toThrow(
      expect.objectContaining({
        code: 'usage',
        message: 'expected at most 100000 turns of a recording, got 100001; give some of them at a time',
      }),
    );
  });
});

describe('turns in WebVTT', () => {
  it('are cues with voices, as meeting programs write them', async () => {
    const text = [
      'WEBVTT - a meeting\nKind: captions\n',
      'NOTE times --> by hand\nof two lines\n',
      'STYLE\n::cue(v) { color: red }\n',
      'REGION\nid:top\nwidth:40%\n',
      '00:00:03.000 --> 00:00:04.250 align:start position:0%\n<v.loud Bob>Hi</v> <v Anna>hello</v>\n',
      '1\n00:00:01.000 --> 00:00:03.500\n<v Anna Lee>Good <i>morning</i>\nto you\n',
      '01:00:00.000 --> 01:00:01.000\n<v R&amp;D &lt;1&gt;>hm',
    ].join('\n');
    const expected = [
      [1, 3.5, 'Anna Lee'],
      [3, 4.25, 'Bob'],
      [3, 4.25, 'Anna'],
      [3600, 3601, 'R&D <1>'],
    ];
    expect(await read(text)).toEqual(expected);
    expect(await read(`\uFEFF${text.replaceAll('\n', '\r\n')}`, undefined)).toEqual(expected);
    expect((await parseTurns(text, 'x.vtt', 'a')).map(({ source }) => source)).toEqual([
      ...['x.vtt, line 17', 'x.vtt, line 14', 'x.vtt, line 14', 'x.vtt, line 22'],
    ]);
  });

  it('are cues that begin with a name', async () => {
    const cue = (text: string) => read(`WEBVTT\n\n00:01.000 --> 00:02.000\n${text}\n`);
    expect(await cue('Anna Lee: Good: morning')).toEqual([[1, 2, 'Anna Lee']]);
    expect(await cue('- Anna: a\n- Bob: b')).toEqual([
      [1, 2, 'Anna'],
      [1, 2, 'Bob'],
    ]);
    expect(await cue('<i>Anna:</i> it is 10:30')).toEqual([[1, 2, 'Anna']]);
    expect(await cue('<v Bob>Note: this')).toEqual([[1, 2, 'Bob']]);
  });

  it.each<[why: string, text: string, message: string]>([
    ['no cue', 'WEBVTT\n\nNOTE nothing\n', 'x.turns holds no cue, and so no turn'],
    ['no speaker', 'WEBVTT\n\n\n00:01.000 --> 00:02.000\nat 10:30\n', 'x.turns, line 4: the cue names no speaker'],
    [
      'no time',
      'WEBVTT\n\n00:01.000 -> 00:02.000\nAnna: a\n',
      'x.turns, line 3: "00:01.000 -> 00:02.000" does not begin',
    ],
    ['commas', 'WEBVTT\n\n00:00:01,000 --> 00:00:02,000\nAnna: a', 'line 3: .*No decimal separator'],
    [
      'a time cut short',
      'WEBVTT\n\n00:00:01.000 --> 00:00:02\nAnna: a',
      'line 3: "00:00:01.000 --> 00:00:02" does not',
    ],
    ['an end before its start', 'WEBVTT\n\n00:02.000 --> 00:01.000\nAnna: a', 'line 3: .*End timestamp is not greater'],
    ['a bad cue behind the head', 'WEBVTT\n00:02.000 --> x\nAnna: a', 'line 2: "00:02.000 --> x" does not begin a cue'],
    ['tags without end', `WEBVTT\n\n00:01.000 --> 00:02.000\n${'<b>'.repeat(20_000)}`, 'x.turns, line 3: '],
  ])('with %s are refused by line', async (_, text, message) => {
    await expect(read(text)).rejects.toMatchObject({ code: 'turns', message: expect.stringMatching(regex(message)) });
  });
});

/** Text in which `.*` alone stands for anything. */
const regex = (text: string) =>
  new RegExp(
    text
      .split('.*')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*'),
  );
