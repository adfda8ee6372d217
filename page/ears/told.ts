import type { SegmentMaps } from '../../src/explain/explainer.ts';
import type { Recognition, SegmentResult } from '../../src/recognize/recognizer.ts';
import type { Stretch } from '../../src/recognize/speech.ts';
import type { Answer, Span } from '../../src/recognize/timeline.ts';

/** A recognition as it is shown: a server tells no logits. */
export interface Seen extends Omit<Recognition, 'segments'> {
  readonly segments: readonly Omit<SegmentResult, 'logits'>[];
}

/** What is said of a recording. */
export interface Told {
  readonly recognition: Seen;
  /** seconds from the first sample */
  readonly speech: readonly Stretch[];
  readonly spans: readonly Span[];
  readonly answer: Answer;
  /** that it took */
  readonly ms: number;
}

/** By what a segment is decided. */
export interface Shown {
  readonly maps: Pick<SegmentMaps, 'spectrogram' | 'bottomUp' | 'topDown' | 'product'>;
  readonly rows: number;
  readonly columns: number;
}
