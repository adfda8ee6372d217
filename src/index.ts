/**
 * Attune in Node and in the browser: sound to emotions, and the networks that do it.
 *
 * @module
 */
export type { SoundBytes } from './audio/bytes.ts';
export { type LoadedAudio, toWaveform } from './audio/load.ts';
export type { SoundWarning } from './audio/quality.ts';
export { openSound, type SoundStream } from './audio/stream.ts';
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
  type RecognitionWarning,
  type RecognizeOptions,
  type RecognizeProgress,
  type Recognizer,
  type RecognizerOptions,
  type SegmentResult,
} from './recognize/recognizer.ts';
