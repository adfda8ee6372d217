import type { Layout, SegmentCutter } from '../features/segments.ts';
import type { Session } from '../graph/session.ts';
import type { Reference } from '../model/reference.ts';

/** Whatever scores sound: a checkpoint of Attune, or a classifier from elsewhere. */
export interface Scorer<C extends string = string> {
  /** in the order of its outputs */
  readonly classes: readonly C[];
  /** divides the logits before the softmax */
  readonly temperature: number;
  /** as of a checkpoint */
  readonly reference?: Reference;
  /** between the starts of segments */
  readonly hopSeconds: number;
  /** how long segments are, and where the last lies; absent: 2 s, and it ends with the sound */
  readonly layout?: Layout;
  /** cuts one sound, as it comes, into the segments that are scored */
  readonly cutter: () => SegmentCutter;
  /** from `samples` `[batch, 32000]` to `probabilities` and `logits` `[batch, classes]` */
  readonly run: Session['run'];
  /** which class it answers, by probabilities of the whole; absent: that of the greatest */
  readonly decide?: (probabilities: readonly number[]) => number;
  /** how it answers for the whole; absent: by the mean over segments */
  readonly whole?: Whole;
  /** what is said of a sound too short for it; absent: nothing */
  readonly shortness?: (seconds: number) => string | undefined;
  readonly close: () => Promise<void>;
}

/** What is said of one sound. */
export interface Said {
  readonly probabilities: readonly number[];
  readonly logits: readonly number[];
}

/** Answers for sound of any length at once. */
export interface Whole {
  /** that it takes at a time; what is longer is scored in pieces */
  readonly mostSamples: number;
  /** @param samples 1 to `mostSamples` of them */
  readonly score: (samples: Float32Array) => Promise<Said>;
}
