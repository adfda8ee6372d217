import { joinSamples } from './bytes.ts';

/** Samples [from, to) of a recording that nobody recorded: silence stands in for them. */
export interface Gap {
  /** its first sample */
  readonly from: number;
  /** the first sample after it */
  readonly to: number;
}

/** The gaps of a part, samples [from, to) of the whole, counted from its first sample. */
export const gapsIn = (gaps: readonly Gap[], from: number, to: number): Gap[] =>
  gaps
    .filter((gap) => gap.from < to && gap.to > from)
    .map((gap) => ({ from: Math.max(0, gap.from - from), to: Math.min(to, gap.to) - from }));

/** What was recorded: `[samples]` without those of gaps. */
export function withoutGaps(samples: Float32Array, gaps: readonly Gap[] = []): Float32Array {
  if (gaps.length === 0) return samples;
  const ends = [0, ...gaps.map(({ to }) => to)];
  const starts = [...gaps.map(({ from }) => from), samples.length];
  return joinSamples(ends.map((end, i) => samples.subarray(end, starts[i])));
}

/** Where a sample of what was recorded lies among all samples. */
export function placeAmongGaps(sample: number, gaps: readonly Gap[] = []): number {
  let place = sample;
  for (const { from, to } of gaps) {
    if (place < from) break;
    place += to - from;
  }
  return place;
}

/** Adds a stretch to gaps; to the last one, where it follows that. */
export function extendGaps(gaps: Gap[], from: number, to: number): void {
  const last = gaps.at(-1);
  if (last?.to === from) gaps[gaps.length - 1] = { from: last.from, to };
  else if (to > from) gaps.push({ from, to });
}
