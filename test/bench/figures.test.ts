import { describe, expect, it } from 'vitest';
import { figuresOf, median } from '../../bench/figures.ts';

describe('median', () => {
  it.each([
    [[3], 3],
    [[10, 9, 100], 10],
    [[4, 1, 3, 2], 2.5],
  ])('of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });
});

describe('the figures', () => {
  const timing = (...seconds: number[]) => ({ seconds, peakRssMb: 1000.4 });
  const machine = {
    threads: 2,
    cores: 2,
    processor: 'a processor',
    runtime: 'a runtime',
    node: '20',
    commit: 'abc',
    source: 'def',
    engine: 2,
    date: '2026-01-01',
  };
  const timings = {
    sgemmBefore: timing(0.05, 0.05),
    sgemmAfter: timing(0.03, 0.03),
    training: timing(2, 1.6, 1.5), // 64 / 1.6 = 40 a second
    inference1: timing(0.01),
    inference16: timing(0.08), // 200 a second
    frontEnd: timing(0.064), // 16 segments of 2 s: 2 ms a second
  };
  const cost = { trainingGflop: 1.6, inferenceGflop: 0.5 };

  it('are those of the median repetition', () => {
    expect(figuresOf(machine, timings, cost)).toEqual({
      ...machine,
      sgemm_gflops: 181.2, // 2 * 1536^3 / 0.04 s
      sgemm_gflops_before: 145,
      sgemm_gflops_after: 241.6,
      train: { segments_per_s: 40, gflop_per_segment: 1.6, fraction_of_sgemm: 0.3532, peak_rss_mb: 1000 },
      infer: {
        batch1_segments_per_s: 100,
        batch16_segments_per_s: 200,
        gflop_per_segment: 0.5,
        batch1_fraction_of_sgemm: 0.2759,
        batch16_fraction_of_sgemm: 0.5519,
      },
      frontend_ms_per_audio_second: 2,
    });
  });
});
