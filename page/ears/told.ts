import type { Emotion } from '../src/corpus/emotions.ts';
import type { SegmentMaps } from '../src/explain/explainer.ts';
import type { Recognition } from '../src/recognize/recognizer.ts';
import type { Stretch } from '../src/recognize/speech.ts';
import type { Answer, Span } from '../src/recognize/timeline.ts';

/** What is said of a recording. */
export interface Told {
  readonly recognition: Recognition<Emotion>;
  readonly speech: readonly Stretch[];
  readonly spans: readonly Span<Emotion>[];
  readonly answer: Answer<Emotion>;
  /** that it took */
  readonly ms: number;
}

/** By what a segment is decided. */
export interface Shown {
  readonly maps: SegmentMaps<Emotion>;
  readonly rows: number;
  readonly columns: number;
}

/** A recording that the user gave. */
export interface Item {
  readonly id: number;
  readonly name: string;
  readonly sound: Blob;
  readonly state: 'waiting' | 'working' | 'done' | 'failed';
  readonly told?: Told;
  /** what to do, where it failed */
  readonly error?: string;
}
