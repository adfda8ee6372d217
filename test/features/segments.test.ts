import { describe, expect, it } from 'vitest';
import { AttuneError } from '../../src/errors.ts';
import {
  cutSegments,
  removeOffset,
  SEGMENT_SAMPLES,
  SHORT_UTTERANCES,
  type ShortUtterances,
  segmentStarts,
} from '../../src/features/segments.ts';

/** Samples 1, 2, 3, ... so that each shows where it came from. */
const counting = (length: number) => Float32Array.from({ length }, (_, i) => i + 1);

describe('where segments start', () => {
  it('takes segments of 2 s at 16 kHz', () => {
    expect(SEGMENT_SAMPLES).toBe(32_000);
  });

  it.each<[string, samples: number, hopSeconds: number, starts: number[]]>([
    ['1.878 s, shorter than a segment', 30_048, 1, [0]],
    ['1.878 s, scored', 30_048, 0.4, [0]],
    ['2 s, one segment', 32_000, 1, [0]],
    ['2 s, scored', 32_000, 0.4, [0]],
    ['2.0001 s, a last one two samples on', 32_002, 1, [0, 2]],
    ['2.0001 s, scored', 32_002, 0.4, [0, 2]],
    ['2.4 s, the last one on a hop', 38_400, 0.4, [0, 6400]],
    ['3 s, the last one on a hop', 48_000, 1, [0, 16_000]],
    ['3.604 s', 57_664, 1, [0, 16_000, 25_664]],
    ['3.604 s, scored', 57_664, 0.4, [0, 6400, 12_800, 19_200, 25_600, 25_664]],
    ['a hop longer than a segment', 100_000, 3, [0, 48_000, 68_000]],
  ])('%s', (_, samples, hopSeconds, starts) => {
    expect(segmentStarts(samples, hopSeconds)).toEqual(starts);
  });

  it.each([0, -1, Number.NaN, 1e-6, 61])('refuses a hop of %d s', (hop) => {
    expect(() => segmentStarts(40_000, hop)).toThrow(AttuneError);
    expect(() => segmentStarts(40_000, hop)).toThrow(/expected a hop of 0\.01 to 60 s/);
  });
});

describe('cutting an utterance into segments', () => {
  it('takes every hop, and a last one that ends with the utterance', () => {
    const samples = counting(57_664);
    const segments = cutSegments(samples, 1, 'pad');
    expect(segments.map((segment) => segment.length)).toEqual([32_000, 32_000, 32_000]);
    expect(segments.map((segment) => segment[0])).toEqual([1, 16_001, 25_665]);
    expect(segments.map((segment) => segment.at(-1))).toEqual([32_000, 48_000, 57_664]);
  });

  it('pads a short utterance with zeros at its end', () => {
    const [segment, ...others] = cutSegments(counting(30_048), 1, 'pad');
    expect(others).toEqual([]);
    expect(segment!.subarray(0, 30_048)).toEqual(counting(30_048));
    expect(segment!.subarray(30_048).every((sample) => sample === 0)).toBe(true);
    expect(segment!.length).toBe(32_000);
  });

  it('repeats a short utterance, its last turn cut off', () => {
    const [segment] = cutSegments(counting(12_000), 1, 'repeat');
    expect([0, 11_999, 12_000, 23_999, 24_000, 31_999].map((i) => segment![i])).toEqual([
      1, 12_000, 1, 12_000, 1, 8000,
    ]);
  });

  it.each<[ShortUtterances, expected: number[]]>([
    ['pad', [-1.5, 1.5, 0]],
    ['repeat', [-1.5, 1.5, -1.5]],
  ])('takes the mean out of what there is, then fills: %s', (short, expected) => {
    const [segment] = cutSegments(Float32Array.of(1, 2, 3, 4), 1, short, removeOffset); // mean 2.5
    expect([0, 3, 4].map((i) => segment![i])).toEqual(expected);
  });

  it('takes from each segment its own mean', () => {
    const samples = counting(48_000);
    const segments = cutSegments(samples, 1, 'pad', removeOffset);
    expect(segments.map((segment) => segment[0])).toEqual([-15_999.5, -15_999.5]); // (1 - 32000) / 2
    expect(samples).toEqual(counting(48_000));
  });

  it('drops a short utterance, but not one of just 2 s', () => {
    expect(cutSegments(counting(31_999), 1, 'drop')).toEqual([]);
    expect(cutSegments(counting(32_000), 1, 'drop')).toEqual([counting(32_000)]);
  });

  it.each(['pad', 'repeat', 'drop'] as const)('%s: treats longer utterances alike', (short) => {
    expect(cutSegments(counting(40_000), 1, short).map((segment) => segment[0])).toEqual([1, 8001]);
  });

  it('copies: what happens to a segment leaves the utterance as it was', () => {
    const samples = counting(32_000);
    cutSegments(samples, 1, 'pad')[0]!.fill(0);
    expect(samples[5]).toBe(6);
  });

  /** 3 s side by side, the last filled; a scrap of 80 ms or less is no segment. */
  it.each<[string, samples: number, hopSeconds: number, starts: number[]]>([
    ['shorter than a segment', 30_000, 3, [0]],
    ['a segment', 48_000, 3, [0]],
    ['80 ms more', 49_280, 3, [0]],
    ['a sample more than that', 49_281, 3, [0, 48_000]],
    ['two segments', 96_000, 3, [0, 48_000]],
    ['two and a half', 120_000, 3, [0, 48_000, 96_000]],
    ['with overlap', 80_000, 1, [0, 16_000, 32_000]],
    ['with overlap, and what is left', 90_000, 1, [0, 16_000, 32_000, 48_000]],
    ['a hop shorter than a scrap', 48_500, 0.01, [0, 160, 320, 480]],
  ])('side by side, the last filled: %s', (_, samples, hopSeconds, starts) => {
    const layout = { segmentSeconds: 3, lastSegment: 'fill' } as const;
    expect(segmentStarts(samples, hopSeconds, layout)).toEqual(starts);
    const segments = cutSegments(counting(samples), hopSeconds, 'pad', undefined, layout);
    expect(segments.map(({ length }) => length)).toEqual(starts.map(() => 48_000));
    for (const [i, start] of starts.entries()) {
      const there = Math.min(samples - start, 48_000);
      expect([segments[i]![0], segments[i]![there - 1]]).toEqual([start + 1, start + there]);
      expect(segments[i]!.subarray(there).every((sample) => sample === 0)).toBe(true);
    }
  });

  it('fills what is left as a short utterance: repeated, less its own mean, or dropped', () => {
    const layout = { segmentSeconds: 3, lastSegment: 'fill' } as const;
    const rest = (short: ShortUtterances, prepare?: typeof removeOffset) =>
      cutSegments(counting(50_000), 3, short, prepare, layout)[1];
    expect([0, 1999, 2000].map((i) => rest('repeat')![i])).toEqual([48_001, 50_000, 48_001]);
    expect([0, 1999, 2000].map((i) => rest('pad', removeOffset)![i])).toEqual([-999.5, 999.5, 0]);
    expect(rest('drop')).toBeUndefined();
  });

  it('cuts longer segments that overlap as those of 2 s', () => {
    expect(segmentStarts(60_000, 1, { segmentSeconds: 3 })).toEqual([0, 12_000]);
    const segments = cutSegments(counting(60_000), 1, 'pad', undefined, { segmentSeconds: 3 });
    expect(segments.map((segment) => [segment[0], segment.at(-1)])).toEqual([
      [1, 48_000],
      [12_001, 60_000],
    ]);
  });

  it('refuses an utterance without samples', () => {
    for (const short of SHORT_UTTERANCES)
      expect(() => cutSegments(new Float32Array(), 1, short)).toThrow(/without samples/);
  });
});
