import { placeAmongGaps } from '../audio/gaps.ts';
import { SAMPLE_RATE } from '../audio/waveform.ts';
import { hopSamples, segmentSamples, segmentStarts } from '../features/segments.ts';
import type { Heard } from './hearing.ts';
import type { Probabilities, Recognition, SegmentResult } from './recognizer.ts';
import type { Scorer } from './scorer.ts';

/** @returns what is said of a sound whose first sample is heard at `startSeconds`, and of a segment that ends before it does */
export function createAnswer<C extends string>({
  classes,
  hopSeconds,
  layout = {},
  shortness,
  decide = (probabilities) => probabilities.indexOf(Math.max(...probabilities)),
}: Scorer<C>) {
  const size = segmentSamples(layout);
  const named = (values: readonly number[]) =>
    Object.fromEntries(classes.map((emotion, k) => [emotion, values[k]!])) as unknown as Probabilities<C>;
  type Rows = Pick<Heard, 'scores' | 'gaps'>;
  const segmentOf = (row: number, { scores, gaps }: Rows, [from, to]: readonly [number, number], startSeconds = 0) => {
    const placed = (sample: number) => placeAmongGaps(sample, gaps);
    return {
      start: startSeconds + placed(from) / SAMPLE_RATE,
      end: startSeconds + (placed(to - 1) + 1) / SAMPLE_RATE,
      probabilities: named(scores.probabilities[row]!),
      logits: named(scores.logits[row]!),
    };
  };
  const hop = hopSamples(hopSeconds);
  const segment = (row: number, heard: Rows): SegmentResult<C> => segmentOf(row, heard, [row * hop, row * hop + size]);
  const whole = ({ length, gaps, scores, warnings, ...heard }: Heard, startSeconds: number): Recognition<C> => {
    const { probabilities: rows } = scores;
    const recorded = gaps.reduce((sum, { from, to }) => sum - (to - from), length);
    const short = shortness?.(recorded / SAMPLE_RATE);
    const mean = classes.map((_, k) => rows.reduce((sum, row) => sum + row[k]!, 0) / rows.length);
    const said = heard.whole ?? mean;
    return {
      startSeconds,
      durationSeconds: length / SAMPLE_RATE,
      emotion: classes[decide(said)]!,
      probabilities: named(said),
      segments: segmentStarts(recorded, hopSeconds, layout).map((start, i) =>
        // the last ends with the sound, also where a scrap of it is no segment of its own
        segmentOf(i, { scores, gaps }, [start, i === rows.length - 1 ? recorded : start + size], startSeconds),
      ),
      warnings: [...warnings, ...(short ? [{ code: 'short', message: short } as const] : [])],
    };
  };
  return { whole, segment };
}
