import { joinSamples } from '../audio/bytes.ts';
import { SAMPLE_RATE } from '../audio/waveform.ts';
import { AttuneError } from '../errors.ts';

/** Length of a segment (section 2.1 of the paper): 2 s. */
export const SEGMENT_SECONDS = 2;
export const SEGMENT_SAMPLES = SEGMENT_SECONDS * SAMPLE_RATE;

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
 * Where the segments of an utterance start, in samples: every `hopSeconds`, and a last one that ends with the utterance.
 * An utterance of a segment's length or less has one, at 0.
 *
 * @param length samples in the utterance
 */
export function segmentStarts(length: number, hopSeconds: number): number[] {
  const hop = hopSamples(hopSeconds);
  const last = Math.max(0, length - SEGMENT_SAMPLES);
  const starts = Array.from({ length: Math.floor(last / hop) + 1 }, (_, i) => i * hop);
  return starts.at(-1)! < last ? [...starts, last] : starts;
}

/** Cuts sound that comes in blocks; it keeps no more of it than a segment and a block. */
export interface SegmentCutter {
  /** samples that came so far */
  readonly length: number;
  /** The segments that end within this block of `[samples]`, each `[32000]`; all must be taken before the next block. */
  push(block: Float32Array): Generator<Float32Array>;
  /** The last segment, where the sound does not end with the one before: `[[32000]]` or `[]`. */
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
): SegmentCutter {
  const hop = hopSamples(hopSeconds);
  let [length, next] = [0, 0]; // samples that came; where the next segment starts
  let held = new Float32Array(); // the samples before `length`
  const segmentAt = (start: number) => {
    const at = start - (length - held.length);
    const segment = held.slice(at, at + SEGMENT_SAMPLES);
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
      for (; next + SEGMENT_SAMPLES <= length; next += hop) yield segmentAt(next);
      held = held.slice(Math.min(next, Math.max(0, length - SEGMENT_SAMPLES)) - (length - held.length));
    },
    end() {
      if (length >= SEGMENT_SAMPLES)
        return next - hop + SEGMENT_SAMPLES < length ? [segmentAt(length - SEGMENT_SAMPLES)] : [];
      if (length === 0) throw new AttuneError('audio', 'an utterance without samples cannot be cut into segments');
      return short === 'drop' ? [] : [filled(segmentAt(0), short)];
    },
  };
}

/** A segment that starts with these samples. */
function filled(samples: Float32Array, short: ShortUtterances): Float32Array {
  const segment = new Float32Array(SEGMENT_SAMPLES);
  segment.set(samples);
  if (short === 'repeat')
    for (let at = samples.length; at < SEGMENT_SAMPLES; at += samples.length)
      segment.set(samples.subarray(0, SEGMENT_SAMPLES - at), at);
  return segment;
}

/**
 * Cuts an utterance into segments.
 *
 * @param samples `[samples]` at 16 kHz
 * @param prepare as of {@link createSegmentCutter}
 * @returns each `[32000]`; none where a short utterance is to be dropped
 * @throws AttuneError `audio` where there is no sample
 */
export function cutSegments(
  samples: Float32Array,
  hopSeconds: number,
  short: ShortUtterances,
  prepare?: (samples: Float32Array) => void,
): Float32Array[] {
  const cutter = createSegmentCutter(hopSeconds, short, prepare);
  return [...cutter.push(samples), ...cutter.end()];
}

/** Takes the mean out of samples, in place: a direct current that was recorded too (docs/decisions/sound-warnings.md). */
export function removeOffset(samples: Float32Array): void {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += samples[i]!;
  const mean = sum / samples.length;
  for (let i = 0; i < samples.length; i++) samples[i]! -= mean;
}
