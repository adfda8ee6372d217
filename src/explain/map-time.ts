import { SEGMENT_SECONDS } from '../features/segments.ts';
import type { SegmentMaps } from './explainer.ts';
import type { Explanation } from './explanation.ts';

/** Where and when something of a segment's maps is. */
type Timed = Pick<SegmentMaps, 'start' | 'gaps'>;

const sum = (gaps: Timed['gaps'] = []) => gaps.reduce((total, { seconds }) => total + seconds, 0);

/** Seconds of the recording's clock after so many seconds of a segment's sound. */
export const clockAt = ({ start, gaps }: Timed, seconds: number): number =>
  start + seconds + sum(gaps?.filter(({ at }) => at <= seconds));

/** Seconds of sound that the segment of an explanation has. */
export function soundSeconds({ recognition, segment, maps: { gaps } }: Explanation): number {
  const { start, end } = recognition.segments[segment]!;
  return end - start - sum(gaps);
}

/** Whether the recording ends before its segment, by more than the rounding of seconds. */
export const endsEarly = (explanation: Explanation): boolean => SEGMENT_SECONDS - soundSeconds(explanation) > 1e-6;
