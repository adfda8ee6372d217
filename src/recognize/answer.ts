import { placeAmongGaps } from '../audio/gaps.ts';
import { SAMPLE_RATE } from '../audio/waveform.ts';
import { segmentSamples, segmentStarts } from '../features/segments.ts';
import type { Heard } from './hearing.ts';
import type { Probabilities, Recognition } from './recognizer.ts';
import type { Scorer } from './scorer.ts';

/** @returns what is said of a sound whose first sample is heard at `startSeconds` */
export function createAnswer<C extends string>({ classes, hopSeconds, layout = {}, shortness }: Scorer<C>) {
  const size = segmentSamples(layout);
  const named = (values: readonly number[]) =>
    Object.fromEntries(classes.map((emotion, k) => [emotion, values[k]!])) as unknown as Probabilities<C>;
  return ({ length, gaps, scores, warnings, ...heard }: Heard, startSeconds: number): Recognition<C> => {
    const { probabilities: rows, logits } = scores;
    const recorded = gaps.reduce((sum, { from, to }) => sum - (to - from), length);
    const placed = (sample: number) => placeAmongGaps(sample, gaps);
    const short = shortness?.(recorded / SAMPLE_RATE);
    const mean = classes.map((_, k) => rows.reduce((sum, row) => sum + row[k]!, 0) / rows.length);
    const whole = heard.whole ?? mean;
    return {
      startSeconds,
      durationSeconds: length / SAMPLE_RATE,
      emotion: classes[whole.indexOf(Math.max(...whole))]!,
      probabilities: named(whole),
      segments: segmentStarts(recorded, hopSeconds, layout).map((start, i) => ({
        start: startSeconds + placed(start) / SAMPLE_RATE,
        // the last ends with the sound, also where a scrap of it is no segment of its own
        end: startSeconds + (placed((i === rows.length - 1 ? recorded : start + size) - 1) + 1) / SAMPLE_RATE,
        probabilities: named(rows[i]!),
        logits: named(logits[i]!),
      })),
      warnings: [...warnings, ...(short ? [{ code: 'short', message: short } as const] : [])],
    };
  };
}
