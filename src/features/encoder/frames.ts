import * as f from '../../graph/functions.ts';
import type { Tensor } from '../../graph/graph.ts';
import { SEGMENT_SAMPLES } from '../segments.ts';
import { ENCODER_FRAMES, ENCODER_WIDTH } from './identity.ts';
import { logMel } from './log-mel.ts';
import { type EncoderTensors, encode } from './transformer.ts';

/** Frames of 20 ms: two of the log-mel spectrogram, joined by the stem's stride. */
const FRAME_SAMPLES = SEGMENT_SAMPLES / ENCODER_FRAMES;
/** Whisper adds it to the variance. */
const LEAST_VARIANCE = 1e-7;

export interface FrameOptions {
  /** of the encoder, that frames go through */
  readonly blocks: number;
  /** frames are those behind each block, side by side; absent: behind the last one alone */
  readonly joined?: boolean;
  /** a frame that lies further below the loudest of its segment is not heard */
  readonly heardDecibels: number;
}

/**
 * What a speech encoder hears in segments.
 *
 * Samples that are 0 exactly, as what fills a short segment is, count for nothing: neither for the level, nor in attention. Of a segment
 * without any other sample all frames are heard, so that silence has an answer too.
 *
 * @param samples `[n, 32000]`, 16 kHz
 * @returns `[n, 100, width + 1]`, of so many numbers as {@link frameWidth} tells: frames of 20 ms; the last column is 1 where a frame is heard, 0 where it is too quiet to tell of a voice
 */
export function encoderFrames(
  samples: Tensor,
  tensors: EncoderTensors,
  { blocks, joined, heardDecibels }: FrameOptions,
): Tensor {
  const { sounding, normal, heard } = hearing(samples, heardDecibels);
  const behind = encode(logMel(normal), sounding, tensors, blocks);
  const encoded = joined ? behind.slice(1) : behind.slice(-1);
  return f.concat([...encoded, heard], 2);
}

/** What of segments is told apart before any encoder hears them. */
interface Heard {
  /** `[n, 100]`: 1 where a frame has a sample that is not 0 */
  readonly sounding: Tensor;
  /** `[n, 32000]` at mean 0 and deviation 1 over the frames that sound, 0 elsewhere */
  readonly normal: Tensor;
  /** `[n, 100, 1]`: 1 where a frame is heard */
  readonly heard: Tensor;
}

/** @param samples `[n, 32000]`, 16 kHz */
export function hearing(samples: Tensor, heardDecibels: number): Heard {
  const frames = f.reshape(samples, [-1, ENCODER_FRAMES, FRAME_SAMPLES]);
  const sounding = orAll(f.isPositive(f.reduceMax(f.abs(frames), [2]))); // [n, 100]
  const { level, normal } = normalised(frames, f.reshape(sounding, [-1, ENCODER_FRAMES, 1]));
  const quietest = f.mul(f.reduceMax(level, [1], true), 10 ** (-heardDecibels / 10));
  const heard = orAll(f.mul(f.toFloat(f.greater(level, quietest)), sounding));
  return {
    ...{ sounding, normal: f.reshape(normal, [-1, SEGMENT_SAMPLES]) },
    heard: f.reshape(heard, [-1, ENCODER_FRAMES, 1]),
  };
}

/** Numbers of a frame. */
export const frameWidth = ({ blocks, joined }: Pick<FrameOptions, 'blocks' | 'joined'>): number =>
  ENCODER_WIDTH * (joined ? blocks : 1);

/** Marks `[n, frames]`, or ones all over where none is set. */
const orAll = (marks: Tensor): Tensor => f.maximum(marks, f.sub(1, f.reduceMax(marks, [1], true)));

/** Frames at mean 0 and deviation 1 over those that sound, and the mean power of each. */
function normalised(frames: Tensor, sounding: Tensor): { readonly level: Tensor; readonly normal: Tensor } {
  const count = f.mul(f.reduceSum(sounding, [1, 2], true), FRAME_SAMPLES); // [n, 1, 1]
  const mean = f.div(f.reduceSum(frames, [1, 2], true), count);
  const centred = f.mul(f.sub(frames, mean), sounding);
  const level = f.reduceMean(f.mul(centred, centred), [2]); // [n, 100]
  const variance = f.div(f.reduceSum(f.mul(centred, centred), [1, 2], true), count);
  return { level, normal: f.div(centred, f.sqrt(f.add(variance, LEAST_VARIANCE))) };
}
