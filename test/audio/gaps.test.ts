import { describe, expect, it } from 'vitest';
import { extendGaps, type Gap, gapsIn, placeAmongGaps, withoutGaps } from '../../src/audio/gaps.ts';
import { streamOf, waveformOf } from '../../src/audio/stream.ts';

const GAPS: readonly Gap[] = [
  { from: 3, to: 5 },
  { from: 8, to: 12 },
];
const SAMPLES = Float32Array.from({ length: 15 }, (_, i) => i);

describe('gaps in a recording', () => {
  it('are left out, and samples between them keep their places', () => {
    const sound = withoutGaps(SAMPLES, GAPS);
    expect([...sound]).toEqual([0, 1, 2, 5, 6, 7, 12, 13, 14]);
    expect([...sound].map((_, i) => placeAmongGaps(i, GAPS))).toEqual([...sound]);
    expect(withoutGaps(SAMPLES)).toBe(SAMPLES);
  });

  it('are counted from the start of a part', () => {
    expect(gapsIn(GAPS, 4, 10)).toEqual([
      { from: 0, to: 1 },
      { from: 4, to: 6 },
    ]);
    expect(gapsIn(GAPS, 5, 8)).toEqual([]);
  });

  it('grow where they go on', () => {
    const gaps: Gap[] = [];
    for (const [from, to] of [
      [0, 2],
      [2, 5],
      [7, 7],
      [8, 9],
    ] as const)
      extendGaps(gaps, from, to);
    expect(gaps).toEqual([
      { from: 0, to: 5 },
      { from: 8, to: 9 },
    ]);
  });

  it('go with a waveform through a stream', async () => {
    const samples = new Float32Array(60_000).fill(0.1);
    const gaps = [{ from: 20_000, to: 45_000 }];
    samples.fill(0, 20_000, 45_000);
    const waveform = { samples, sampleRate: 16_000, startSeconds: 3, gaps };
    expect(await waveformOf(streamOf(waveform))).toEqual(waveform);
  });
});
