import { placeAmongGaps } from '../audio/gaps.ts';
import { SAMPLE_RATE } from '../audio/waveform.ts';
import { type FrontEnd, filledInUse } from '../features/front-end.ts';
import { SEGMENT_SAMPLES, segmentStarts } from '../features/segments.ts';
import type { Heard } from './hearing.ts';
import type { Probabilities, Recognition } from './recognizer.ts';
import { shortnessOf } from './shortness.ts';

/** @returns what is said of a sound whose first sample is heard at `startSeconds` */
export function createAnswer<C extends string>(classes: readonly C[], frontEnd: FrontEnd) {
  const named = (values: readonly number[]) =>
    Object.fromEntries(classes.map((emotion, k) => [emotion, values[k]!])) as unknown as Probabilities<C>;
  return ({ length, gaps, scores, warnings }: Heard, startSeconds: number): Recognition<C> => {
    const { probabilities: rows, logits } = scores;
    const recorded = gaps.reduce((sum, { from, to }) => sum - (to - from), length);
    const placed = (sample: number) => placeAmongGaps(sample, gaps);
    const short = shortnessOf(recorded / SAMPLE_RATE, filledInUse(frontEnd));
    const mean = classes.map((_, k) => rows.reduce((sum, row) => sum + row[k]!, 0) / rows.length);
    return {
      startSeconds,
      durationSeconds: length / SAMPLE_RATE,
      emotion: classes[mean.indexOf(Math.max(...mean))]!,
      probabilities: named(mean),
      segments: segmentStarts(recorded, frontEnd.testHopSeconds).map((start, i) => ({
        start: startSeconds + placed(start) / SAMPLE_RATE,
        end: startSeconds + (placed(Math.min(recorded, start + SEGMENT_SAMPLES) - 1) + 1) / SAMPLE_RATE,
        probabilities: named(rows[i]!),
        logits: named(logits[i]!),
      })),
      warnings: [...warnings, ...(short ? [{ code: 'short', message: short } as const] : [])],
    };
  };
}
