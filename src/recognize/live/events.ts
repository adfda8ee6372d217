import type { Probabilities, Recognition, RecognitionWarning, SegmentResult } from '../recognizer.ts';
import type { Stretch } from '../speech.ts';
import type { Answer, Span } from '../timeline.ts';

/** The network listens. */
export interface ReadyEvent<C extends string = string> {
  /** tells this kind of event from the others */
  readonly type: 'ready';
  /** of the network, in its order */
  readonly classes: readonly C[];
  /** of what is to be pushed, Hz */
  readonly sampleRate: number;
  /** how long a segment is, in seconds */
  readonly segmentSeconds: number;
  /** between the starts of segments, in seconds */
  readonly hopSeconds: number;
}

/** A segment has ended and was scored. The last one, which ends with the sound, is told at the end. */
export interface SegmentEvent<C extends string = string> extends SegmentResult<C> {
  /** tells this kind of event from the others */
  readonly type: 'segment';
  /** the class of the greatest probability */
  readonly emotion: C;
}

/** Somebody began to speak. */
export interface SpeechStartEvent {
  /** tells this kind of event from the others */
  readonly type: 'speechStart';
  /** seconds from the first sample; some tenths before the event */
  readonly start: number;
}

/** Somebody paused, and what was said is answered. */
export interface SpeechEndEvent<C extends string = string> extends Stretch {
  /** tells this kind of event from the others */
  readonly type: 'speechEnd';
  /** of the stretch as a whole */
  readonly emotion: Answer<C>;
  /** mean over the stretch */
  readonly probabilities: Probabilities<C>;
}

/** A span of the timeline: spans tile the sound up to the end of the last stretch of speech. */
export interface SpanEvent<C extends string = string> extends Span<C> {
  /** tells this kind of event from the others */
  readonly type: 'span';
}

/** Something makes the answers less trustworthy, as far as the sound has come; each code is told once. */
export interface LiveWarningEvent extends RecognitionWarning {
  /** tells this kind of event from the others */
  readonly type: 'warning';
}

/** All that a recording of the same sound would be answered. */
export interface LiveAnswer<C extends string = string> {
  /** as `recognize` gives it */
  readonly recognition: Recognition<C>;
  /** as `findSpeech` finds it in the whole: the stretches that were told meanwhile knew less */
  readonly speech: readonly Stretch[];
  /** as `timelineOf` divides the whole */
  readonly spans: readonly Span<C>[];
  /** as `answerOf` has it */
  readonly answer: Answer<C>;
}

/** The sound has ended. Nothing is told after it. */
export interface EndEvent<C extends string = string> extends LiveAnswer<C> {
  /** tells this kind of event from the others */
  readonly type: 'end';
}

/** What is told of live sound, in the order in which it is known: plain JSON. Times are seconds from the first sample. */
export type LiveEvent<C extends string = string> =
  | ReadyEvent<C>
  | SegmentEvent<C>
  | SpeechStartEvent
  | SpeechEndEvent<C>
  | SpanEvent<C>
  | LiveWarningEvent
  | EndEvent<C>;
