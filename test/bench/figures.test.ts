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
  const machine = { threads: 2, processor: 'a processor', runtime: 'a runtime', node: '20' };
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
    const figures = figuresOf(machine, timings, cost, { pytorch: null, note: 'none' });
    expect(figures).toMatchObject({
      sgemm_gflops: 181.2, // 2 * 1536^3 / 0.04 s
      sgemm_gflops_before: 145,
      sgemm_gflops_after: 241.6,
      train: { segments_per_s: 40, gflop_per_segment: 1.6, fraction_of_sgemm: 0.3532, peak_rss_mb: 1000 },
      infer: { batch1_segments_per_s: 100, batch16_segments_per_s: 200, batch16_fraction_of_sgemm: 0.5519 },
      frontend_ms_per_audio_second: 2,
      pytorch: null,
      pytorch_note: 'none',
    });
  });

  it('stand beside those of PyTorch', () => {
    const pytorch = {
      version: '2',
      train_segments_per_s: 20,
      train_layout: 'channels_last',
      infer_segments_per_s: 50,
      infer_layout: 'channels_last',
      infer_batch1_segments_per_s: 80,
      infer_batch1_layout: 'contiguous_format',
      peak_rss_mb: 2000,
    };
    const figures = figuresOf(machine, timings, cost, { pytorch });
    expect(figures.pytorch).toEqual({ ...pytorch, train_ratio: 2, infer_ratio: 4, infer_batch1_ratio: 1.25 });
    expect(figures).not.toHaveProperty('pytorch_note');
  });
});
