import { joinSamples } from '../audio/bytes.ts';
import { SAMPLE_RATE } from '../audio/waveform.ts';
import { AttuneError } from '../errors.ts';

/** Length of a segment where a front end does not say (section 2.1 of the paper): 2 s. */
export const SEGMENT_SECONDS = 2;
export const SEGMENT_SAMPLES = SEGMENT_SECONDS * SAMPLE_RATE;

/**
 * What becomes of sound behind the last whole hop: a segment that ends with the utterance and overlaps the one before more than others do,
 * or a segment of its own, filled as a short utterance is.
 */
export type LastSegment = 'overlap' | 'fill';
export const LAST_SEGMENTS: readonly LastSegment[] = ['overlap', 'fill'];

/** How segments lie in an utterance, apart from the hop between them. */
export interface Layout {
  /** length of a segment, 0.5 to 60; absent: 2 */
  readonly segmentSeconds?: number;
  /** the sound behind the last whole hop; absent: `overlap` */
  readonly lastSegment?: LastSegment;
}

/** Length of a segment, in samples. */
export const segmentSamples = ({ segmentSeconds = SEGMENT_SECONDS }: Layout): number =>
  Math.round(segmentSeconds * SAMPLE_RATE);

/** Samples behind the last whole segment that are no segment of their own: two windows of a spectrogram (80 ms). */
const SCRAP = 1280;

/** With `fill` segments start every hop at all samples below the utterance's length plus this, and below 1 in any case. */
export const fillLimit = (hop: number, segment: number): number =>
  Math.max(1 - segment, hop - SCRAP - Math.max(hop, segment));

/** What becomes of an utterance shorter than a segment: zeros after it, the utterance again and again, or nothing. */
export const SHORT_UTTERANCES = ['pad', 'repeat', 'drop'] as const;
export type ShortUtterances = (typeof SHORT_UTTERANCES)[number];

/** The least and the greatest hop between segments: at the least each sample is heard 200 times. */
export const HOP_SECONDS: readonly [least: number, most: number] = [0.01, 60];

/** @throws AttuneError `usage` where it is out of {@link HOP_SECONDS} */
export function hopSamples(hopSeconds: number): number {
  const [least, most] = HOP_SECONDS;
  if (!(hopSeconds >= least && hopSeconds <= most))
    throw new AttuneError('usage', `expected a hop of ${least} to ${most} s between segments, got ${hopSeconds}`);
  return Math.round(hopSeconds * SAMPLE_RATE);
}

/**
 * Where the segments of an utterance start, in samples: every `hopSeconds`, and a last one that ends with the utterance, or holds what is
 * left of it. An utterance of a segment's length or less has one, at 0.
 *
 * @param length samples in the utterance
 */
export function segmentStarts(length: number, hopSeconds: number, layout: Layout = {}): number[] {
  const hop = hopSamples(hopSeconds);
  const size = segmentSamples(layout);
  if (layout.lastSegment === 'fill') {
    const count = Math.ceil(Math.max(1, length + fillLimit(hop, size)) / hop);
    return Array.from({ length: count }, (_, i) => i * hop);
  }
  const last = Math.max(0, length - size);
  const starts = Array.from({ length: Math.floor(last / hop) + 1 }, (_, i) => i * hop);
  return starts.at(-1)! < last ? [...starts, last] : starts;
}

/** Cuts sound that comes in blocks; it keeps no more of it than a segment and a block. */
export interface SegmentCutter {
  /** samples that came so far */
  readonly length: number;
  /** The segments that end within this block of `[samples]`, each `[32000]` where it lasts 2 s; all must be taken before the next block. */
  push(block: Float32Array): Generator<Float32Array>;
  /** The last segment, where the sound does not end with the one before: one or none. */
  end(): Float32Array[];
}

/**
 * Gives the segments that start at {@link segmentStarts}, wherever the blocks begin and end.
 *
 * @param prepare changes the samples of a segment in place, before a short one is filled
 */
export function createSegmentCutter(
  hopSeconds: number,
  short: ShortUtterances,
  prepare: (samples: Float32Array) => void = () => {},
  layout: Layout = {},
): SegmentCutter {
  const hop = hopSamples(hopSeconds);
  const size = segmentSamples(layout);
  let [length, next] = [0, 0]; // samples that came; where the next segment starts
  let held = new Float32Array(); // the samples before `length`
  const segmentAt = (start: number) => {
    const at = start - (length - held.length);
    const segment = held.slice(at, at + size);
    prepare(segment);
    return segment;
  };
  return {
    get length() {
      return length;
    },
    *push(block) {
      held = joinSamples([held, block]);
      length += block.length;
      for (; next + size <= length; next += hop) yield segmentAt(next);
      held = held.slice(Math.min(next, Math.max(0, length - size)) - (length - held.length));
    },
    end() {
      if (length === 0) throw new AttuneError('audio', 'an utterance without samples cannot be cut into segments');
      if (length >= size && layout.lastSegment !== 'fill')
        return next - hop + size < length ? [segmentAt(length - size)] : [];
      const isLeft = length < size || next < length + fillLimit(hop, size);
      return isLeft && short !== 'drop' ? [filled(segmentAt(next), short, size)] : [];
    },
  };
}

/** A segment that starts with these samples. */
function filled(samples: Float32Array, short: ShortUtterances, size: number): Float32Array {
  const segment = new Float32Array(size);
  segment.set(samples);
  if (short === 'repeat')
    for (let at = samples.length; at < size; at += samples.length) segment.set(samples.subarray(0, size - at), at);
  return segment;
}

/**
 * Cuts an utterance into segments.
 *
 * @param samples `[samples]` at 16 kHz
 * @param prepare as of {@link createSegmentCutter}
 * @returns each `[32000]` where it lasts 2 s; none where a short utterance is to be dropped
 * @throws AttuneError `audio` where there is no sample
 */
export function cutSegments(
  samples: Float32Array,
  hopSeconds: number,
  short: ShortUtterances,
  prepare?: (samples: Float32Array) => void,
  layout?: Layout,
): Float32Array[] {
  const cutter = createSegmentCutter(hopSeconds, short, prepare, layout);
  return [...cutter.push(samples), ...cutter.end()];
}

/** Takes the mean out of samples, in place: a direct current that was recorded too (docs/decisions/sound-warnings.md). */
export function removeOffset(samples: Float32Array): void {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += samples[i]!;
  const mean = sum / samples.length;
  for (let i = 0; i < samples.length; i++) samples[i]! -= mean;
}
