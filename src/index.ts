/**
 * Attune in Node and in the browser: sound to emotions, and the networks that do it.
 *
 * @module
 */
export { type LoadedAudio, toWaveform } from './audio/load.ts';
export { SAMPLE_RATE, type Waveform } from './audio/waveform.ts';
export { EMOTIONS, type Emotion } from './corpus/emotions.ts';
export { AttuneError, type ErrorCode } from './errors.ts';
export type { FrontEnd } from './features/front-end.ts';
export type { Architecture, Pooling } from './model/architecture.ts';
export { type Checkpoint, readCheckpoint } from './model/checkpoint.ts';
export {
  createRecognizer,
  type Probabilities,
  type Recognition,
  type Recognizer,
  type RecognizerOptions,
  type SegmentResult,
} from './recognize/recognizer.ts';
export { createSpeechDetector, findSpeech, type SpeechDetector, type Stretch } from './recognize/speech.ts';
export { audacityLabels, webVtt } from './recognize/subtitles.ts';
export {
  type Answer,
  answerOf,
  DEFAULT_TIMELINE,
  type Span,
  type TimelineOptions,
  timelineOf,
} from './recognize/timeline.ts';
