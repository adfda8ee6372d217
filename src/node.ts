/**
 * What Attune does with files and processes, in Node: recordings, corpora, cross-validation.
 *
 * @module
 */
export { type AudioFile, readAudioFile } from './audio/file.ts';
export { leaveOneSpeakerOut } from './corpus/folds.ts';
export { readCorpus } from './corpus/read.ts';
export type { Corpus, Fold, Utterance } from './corpus/utterance.ts';
export { type CrossvalOptions, crossValidate, type Watch } from './evaluate/crossval.ts';
export { type Metrics, metricsOf } from './evaluate/metrics.ts';
export type { Prediction } from './evaluate/prediction.ts';
export { readPredictions } from './evaluate/predictions-file.ts';
export type { Manifest, RunConfig, RunOptions } from './evaluate/run-files.ts';
export * from './index.ts';
