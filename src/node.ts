/**
 * What Attune does with files and processes, in Node: recordings, corpora, cross-validation.
 *
 * @module
 */
export { type AudioFile, readAudioFile, readAudioStream } from './audio/file.ts';
export { type AuditOptions, accepted, auditCorpus, type Finding } from './corpus/audit.ts';
export { foldsOf, PROTOCOLS, type ProtocolName, type ProtocolOptions } from './corpus/protocols.ts';
export { CORPORA, type ReadOptions, readCorpus } from './corpus/read.ts';
export type { Corpus, Fold, Utterance } from './corpus/utterance.ts';
export { type Calibration, calibrationOf } from './evaluate/calibration.ts';
export { type CompareOptions, compareSystems } from './evaluate/compare.ts';
export { type ComparedRun, readSystems } from './evaluate/compared-runs.ts';
export type { Comparison } from './evaluate/comparison.ts';
export { type CrossvalOptions, crossValidate, type Watch } from './evaluate/crossval.ts';
export { gendersOf, type Metrics, metricsOf } from './evaluate/metrics.ts';
export type { Prediction } from './evaluate/prediction.ts';
export { readPredictions } from './evaluate/predictions-file.ts';
export type { Manifest, RunConfig, RunOptions } from './evaluate/run-files.ts';
export * from './index.ts';
