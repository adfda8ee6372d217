import { describe, expect, it } from 'vitest';
import { WebVTTParser } from 'webvtt-parser';
import entities from 'webvtt-parser/html-entities.json' with { type: 'json' };
import { audacityLabels, webVtt } from '../../src/recognize/subtitles.ts';
import type { Span } from '../../src/recognize/timeline.ts';

const p = { neutral: 0.1, happy: 0.2, angry: 0.3, sad: 0.4 };
const SPANS: Span[] = [
  { start: 0, end: 0.98, emotion: 'no speech' },
  { start: 0.98, end: 61.2, emotion: 'sad', probabilities: p },
  { start: 61.2, end: 61.2002, emotion: 'happy', probabilities: p },
  { start: 61.2002, end: 360_061.0625, emotion: 'uncertain', probabilities: p },
];

describe('WebVTT', () => {
  it('has a cue a span, with hours in two digits or more and milliseconds', () => {
    expect(webVtt(SPANS)).toBe(
      [
        'WEBVTT\n',
        '00:00:00.000 --> 00:00:00.980\nno speech\n',
        '00:00:00.980 --> 00:01:01.200\nsad 40 %\n',
        '00:01:01.200 --> 100:01:01.063\nuncertain 40 %\n', // the span between them is shorter than a millisecond
      ].join('\n'),
    );
  });

  it('is valid for the parser of the W3C, which reads the same cues', () => {
    const { cues, errors } = new WebVTTParser().parse(webVtt(SPANS), 'subtitles');
    expect(errors).toEqual([]);
    expect(cues.map(({ startTime, endTime, text }) => [startTime, endTime, text])).toEqual([
      [0, 0.98, 'no speech'],
      [0.98, 61.2, 'sad 40 %'],
      [61.2, 360_061.063, 'uncertain 40 %'],
    ]);
  });

  it('escapes what would begin a tag or end a cue, as a checkpoint with such a class would bring', () => {
    const text = webVtt([{ start: 0, end: 1, emotion: '<b>a & b</b> -->' as 'sad' }]);
    expect(text.split('\n')[3]).toBe('&lt;b&gt;a &amp; b&lt;/b&gt; --&gt;');
    const { cues, errors } = new WebVTTParser(entities as Record<`&${string}`, string>).parse(text, 'subtitles');
    expect(errors).toEqual([]);
    expect(cues[0]!.tree.children).toMatchObject([{ type: 'text', value: '<b>a & b</b> -->' }]);
  });

  it.each([
    ['a time', { start: 0, end: Number.NaN, emotion: 'sad', probabilities: p }],
    ['a probability', { start: 0, end: 1, emotion: 'uncertain', probabilities: { ...p, sad: Number.NaN } }],
  ] as const)('refuses %s that is no number', (_, span) => {
    for (const format of [webVtt, audacityLabels])
      expect(() => format([SPANS[0]!, span])).toThrow(
        /^expected the spans\[1\]\.(end|probabilities\.sad) to be a number, got NaN$/,
      );
  });

  it('has the probability of the answer, which another class may exceed, and of `uncertain` the greatest', () => {
    const probabilities = { neutral: 0.45, happy: 0, angry: 0.4, sad: 0.15 };
    const said = (emotion: 'angry' | 'uncertain') => webVtt([{ start: 0, end: 1, emotion, probabilities }]);
    expect(said('angry')).toContain('\nangry 40 %\n');
    expect(said('uncertain')).toContain('\nuncertain 45 %\n');
  });

  it('is valid without cues', () => {
    expect(webVtt([])).toBe('WEBVTT\n');
    expect(new WebVTTParser().parse('WEBVTT\n', 'subtitles').errors).toEqual([]);
  });
});

describe('labels for Audacity', () => {
  it('have start, end and emotion with tabs between, a line a span', () => {
    expect(audacityLabels(SPANS.slice(0, 2))).toBe('0.000000\t0.980000\tno speech\n0.980000\t61.200000\tsad\n');
  });
});
