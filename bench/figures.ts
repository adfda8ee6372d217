import { SAMPLE_RATE } from '../src/audio/waveform.ts';
import { SEGMENT_SAMPLES } from '../src/features/segments.ts';
import type { Cost } from './cost.ts';
import type { Machine } from './machine.ts';
import { SGEMM_SIZE, type Timing } from './measurements.ts';

/** Segments a step of training, and segments scored or transformed at a time. */
export const TRAIN_BATCH = 64;
export const BATCH = 16;

/** The timings of all measurements. */
export interface Timings {
  readonly sgemmBefore: Timing;
  readonly sgemmAfter: Timing;
  readonly training: Timing;
  readonly inference1: Timing;
  readonly inference16: Timing;
  readonly frontEnd: Timing;
}

export type Figures = ReturnType<typeof figuresOf>;

/** The middle value, or the mean of the two middle ones. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}

/** The value below which so many of all lie, in [0, 1]; NaN where there is none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return round(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN);
}

/** To four digits: more would be noise. */
export const round = (value: number) => Number(value.toPrecision(4));

/** What is printed, from what was measured. Rates are those of the median repetition. */
export function figuresOf(machine: Machine, timings: Timings, cost: Cost) {
  const { sgemmBefore, sgemmAfter, training, inference1, inference16, frontEnd } = timings;
  const gflops = (seconds: readonly number[]) => (2 * SGEMM_SIZE ** 3) / 1e9 / median(seconds);
  const sgemm = gflops([...sgemmBefore.seconds, ...sgemmAfter.seconds]);
  const trained = TRAIN_BATCH / median(training.seconds);
  const scored1 = 1 / median(inference1.seconds);
  const scored16 = BATCH / median(inference16.seconds);
  return {
    ...machine,
    sgemm_gflops: round(sgemm),
    sgemm_gflops_before: round(gflops(sgemmBefore.seconds)),
    sgemm_gflops_after: round(gflops(sgemmAfter.seconds)),
    train: {
      segments_per_s: round(trained),
      gflop_per_segment: round(cost.trainingGflop),
      fraction_of_sgemm: round((trained * cost.trainingGflop) / sgemm),
      peak_rss_mb: Math.round(training.peakRssMb),
    },
    infer: {
      batch1_segments_per_s: round(scored1),
      batch16_segments_per_s: round(scored16),
      gflop_per_segment: round(cost.inferenceGflop),
      batch1_fraction_of_sgemm: round((scored1 * cost.inferenceGflop) / sgemm),
      batch16_fraction_of_sgemm: round((scored16 * cost.inferenceGflop) / sgemm),
    },
    frontend_ms_per_audio_second: round((1000 * median(frontEnd.seconds)) / ((BATCH * SEGMENT_SAMPLES) / SAMPLE_RATE)),
  };
}
