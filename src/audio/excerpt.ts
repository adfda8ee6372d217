import { AttuneError } from '../errors.ts';
import { SAMPLE_RATE } from './waveform.ts';

/** What of a recording is meant: all of it, unless it says otherwise. */
export interface Excerpt {
  /** seconds of the recording's clock, 0 or more; absent: its start */
  readonly start?: number;
  /** seconds of the recording's clock, above `start`; absent: its end */
  readonly end?: number;
  /** where these times stand, for messages, such as `/corpus/labels.csv, line 3` */
  readonly source?: string;
}

/** An end may lie this far beyond the recording's without a word, s: times are rounded, and codecs add or lose some 50 ms. */
const ROUNDING_SECONDS = 0.1;

export const isWhole = ({ start, end }: Excerpt): boolean => start === undefined && end === undefined;

/** The times alone, those that are there. */
export const timesOf = ({ start, end }: Excerpt): Pick<Excerpt, 'start' | 'end'> => ({
  ...{ ...(start !== undefined && { start }), ...(end !== undefined && { end }) },
});

/** Such as `1.25 s to 3.5 s`, `2 s to its end`. */
export const timesText = ({ start = 0, end }: Excerpt): string =>
  `${start} s to ${end === undefined ? 'its end' : `${end} s`}`;

/** Samples [from, to) at {@link SAMPLE_RATE}, the nearest to the times; `to` is infinite where the end is the recording's. */
export function sampleBounds({ start = 0, end = Number.POSITIVE_INFINITY }: Excerpt): { from: number; to: number } {
  return { from: Math.round(start * SAMPLE_RATE), to: Math.round(end * SAMPLE_RATE) };
}

/** The same counted from the first sample of a recording, which is heard at `startSeconds` of its clock. */
export function boundsIn(excerpt: Excerpt, startSeconds: number): { from: number; to: number } {
  const { from, to } = sampleBounds(excerpt);
  const first = Math.round(startSeconds * SAMPLE_RATE);
  return { from: from - first, to: to - first };
}

/** What is wrong with the times, of whatever recording; undefined where nothing is. */
export function faultOf(excerpt: Excerpt): string | undefined {
  for (const name of ['start', 'end'] as const) {
    const { [name]: seconds = 0 } = excerpt;
    if (!Number.isFinite(seconds)) return `its ${name} is ${seconds}, expected a finite number of seconds`;
    if (seconds < 0) return `its ${name}, ${seconds} s, lies before the recording`;
  }
  const { from, to } = sampleBounds(excerpt);
  if (to > from) return undefined;
  return `its end, ${excerpt.end} s, does not lie after its start, ${excerpt.start ?? 0} s, by a sample of ${SAMPLE_RATE} Hz at least`;
}

/** Where an excerpt lies in a recording. */
export interface Place {
  /** its first sample at {@link SAMPLE_RATE} */
  readonly from: number;
  /** the sample after its last */
  readonly to: number;
  /** that the recording ends before the excerpt; a plain sentence that does not name it */
  readonly warnings: readonly string[];
}

/** What an excerpt is placed in. */
interface Whole {
  /** samples at {@link SAMPLE_RATE} */
  readonly length: number;
  /** when the first one is heard, in seconds of the recording's clock */
  readonly startSeconds: number;
}

/**
 * Places an excerpt in a recording.
 *
 * @param name what messages call the recording
 * @throws AttuneError `audio`, naming the excerpt's source, where its times are absurd or nothing of it lies in the recording
 */
export function placeIn(excerpt: Excerpt, { length, startSeconds }: Whole, name: string): Place {
  const fault = faultOf(excerpt);
  if (fault) throw refusal(excerpt, name, `the excerpt cannot be used: ${fault}; correct it`);
  const { from, to } = boundsIn(excerpt, startSeconds);
  const starts = `starts at ${startSeconds.toFixed(2)} s`;
  const ends = `ends at ${(startSeconds + length / SAMPLE_RATE).toFixed(2)} s`;
  if (from >= length)
    throw refusal(excerpt, name, `the excerpt starts at ${excerpt.start} s, but ${name} ${ends}; correct its times`);
  if (to <= 0)
    throw refusal(excerpt, name, `the excerpt ends at ${excerpt.end} s, but ${name} ${starts}; correct its times`);
  const rounding = ROUNDING_SECONDS * SAMPLE_RATE;
  const warnings: string[] = [];
  const warn = (what: string) => warnings.push(`the excerpt is to ${what}; what is there was used.`);
  if (excerpt.start !== undefined && from < -rounding) warn(`start at ${excerpt.start} s, but the recording ${starts}`);
  if (Number.isFinite(to) && to > length + rounding) warn(`end at ${excerpt.end} s, but the recording ${ends}`);
  return { from: Math.max(0, from), to: Math.min(to, length), warnings };
}

const refusal = ({ source }: Excerpt, name: string, what: string) =>
  new AttuneError('audio', `${source ?? name}: ${what}.`);
