/**
 * Attune in Node and in the browser: sound to emotions.
 *
 * {@link toWaveform} decodes a recording, and {@link loadRecognizer} makes the weights that come with Attune ready to score it
 * ({@link createRecognizer} those of your own): an emotion and four probabilities for the whole recording, and for every 0.4 s of it.
 * {@link timelineOf} turns these into spans without overlap, {@link createExplainer} shows by what the network decides, and
 * {@link exportOnnx} takes it elsewhere. Nothing is uploaded, and nothing of Node is needed: bytes may come from a file, a download or an
 * `<input type="file">`. All that fails throws {@link AttuneError}.
 *
 * ```ts
 * import { readFile } from 'node:fs/promises';
 * import { loadRecognizer, toWaveform } from 'attune';
 *
 * const recognizer = await loadRecognizer();
 * const { waveform } = await toWaveform(await readFile('call.wav'), 'call.wav');
 * const { emotion, probabilities } = await recognizer.recognize(waveform);
 * console.log(emotion, probabilities);
 * ```
 *
 * @module attune
 */
export type { SoundBytes } from './audio/bytes.ts';
export type { Gap } from './audio/gaps.ts';
export { type LoadedAudio, type LoadOptions, toWaveform } from './audio/load.ts';
export type { SoundWarning } from './audio/quality.ts';
export { openSound, type SoundOptions, type SoundStream } from './audio/stream.ts';
export { SAMPLE_RATE, type Waveform } from './audio/waveform.ts';
export { EMOTIONS, type Emotion } from './corpus/emotions.ts';
export type { HeardCorpus, Provenance } from './corpus/provenance.ts';
export { AttuneError, type ErrorCode } from './errors.ts';
export {
  type ClassMaps,
  createExplainer,
  type Explainer,
  type ExplainerOptions,
  type MapGap,
  type MapMeaning,
  type MapOptions,
  type SegmentMaps,
} from './explain/explainer.ts';
export { type ExplainOptions, type Explanation, explainRecording } from './explain/explanation.ts';
export type { Grid } from './explain/grid.ts';
export { type Descriptors, descriptors } from './features/descriptors/descriptors.ts';
export type { AnyFrontEnd, DescriptorFrontEnd } from './features/descriptors/front-end.ts';
export type { DescriptorSet } from './features/descriptors/sets.ts';
export {
  DEFAULT_ENCODER_FRONT_END,
  DEFAULT_FRONT_END,
  DEFAULT_LOG_FRONT_END,
  type EncoderFrontEnd,
  type FrontEnd,
  type LogSpectrogramFrontEnd,
  type OnnxFrontEnd,
  type SpectrogramFrontEnd,
} from './features/front-end.ts';
export type { LogScaling } from './features/log-spectrogram.ts';
export { DEFAULT_MFCC_FRONT_END, type MfccFrontEnd } from './features/mfcc/front-end.ts';
export type { OnnxEncoder } from './features/outside/fit.ts';
export type { OwnSegments, Segmentation } from './features/segmentation.ts';
export type { LastSegment, Layout } from './features/segments.ts';
export type { Values } from './graph/session.ts';
export { type Architecture, DEFAULT_ARCHITECTURE } from './model/architecture.ts';
export { type BlstmArchitecture, FRAME_LABELS, type FrameLabels } from './model/blstm/architecture.ts';
export { type Checkpoint, readCheckpoint } from './model/checkpoint.ts';
export { type CnnArchitecture, type FilterShape, POOLINGS, type Pooling } from './model/cnn/architecture.ts';
export { type CnnLstmArchitecture, DEFAULT_CNN_LSTM } from './model/cnn-lstm/architecture.ts';
export type { DenseArchitecture } from './model/dense/architecture.ts';
export { FRAME_POOLINGS, type FramePooling, type FramesArchitecture } from './model/frames/architecture.ts';
export { DEFAULT_LIGHT_SERNET, type LightSernetArchitecture } from './model/light-sernet/architecture.ts';
export type { LinearArchitecture } from './model/linear/architecture.ts';
export type { Reference } from './model/reference.ts';
export { DEFAULT_TWO_STEP, type TwoStepArchitecture } from './model/two-step/architecture.ts';
export {
  type DefaultRecognizerOptions,
  loadDefaultCheckpoint,
  loadRecognizer,
  type WeightsName,
} from './recognize/default-weights.ts';
export { createEmbedder, type Embedder, type EmbedderOptions, type Embedding } from './recognize/embed.ts';
export { exportOnnx } from './recognize/export.ts';
export { exportClassifier } from './recognize/hugging-face/export.ts';
export type {
  EndEvent,
  LiveAnswer,
  LiveEvent,
  LiveWarningEvent,
  ReadyEvent,
  SegmentEvent,
  SpanEvent,
  SpeechEndEvent,
  SpeechStartEvent,
} from './recognize/live/events.ts';
export type { Listener, ListenOptions } from './recognize/live/listener.ts';
export { type NormalizedSource, normalizeSource } from './recognize/normalize-source.ts';
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
  type TurnRecognition,
  type TurnsOptions,
  type TurnsRecognition,
} from './recognize/recognizer.ts';
export type { SourceKnowledge } from './recognize/source-shift.ts';
export { createSpeechDetector, findSpeech, type SpeechDetector, type Stretch } from './recognize/speech.ts';
export { audacityLabels, type SpokenSpan, webVtt } from './recognize/subtitles.ts';
export {
  type Answer,
  answerOf,
  DEFAULT_TIMELINE,
  type Span,
  type TimelineOptions,
  timelineOf,
} from './recognize/timeline.ts';
export { parseTurns, type Turn } from './recognize/turns.ts';
