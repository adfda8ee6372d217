/**
 * What Attune does with files and processes, in Node: recordings, corpora, training, cross-validation, comparison, pictures of attention
 * maps. All of {@link attune! | attune} is here too.
 *
 * {@link readCorpus} reads the labels of a folder of recordings, {@link crossValidate} trains and scores a network a fold and leaves a
 * run folder, {@link trainOnAll} trains one for use, and {@link readSystems} and {@link compareSystems} say how far
 * runs are apart, and of what was named before whether one is better.
 *
 * ```ts
 * import { auditCorpus, foldsOf, readCorpus } from 'attune/node';
 *
 * const corpus = await readCorpus('emodb');
 * const folds = foldsOf(corpus, { protocol: 'leave-one-speaker-out', seed: 1 });
 * const findings = await auditCorpus(corpus, { folds });
 * console.log(`${corpus.utterances.length} utterances, ${folds.length} folds, ${findings.length} findings`);
 * ```
 *
 * @module attune/node
 */
export { type AudioFile, readAudioFile, readAudioStream } from './audio/file.ts';
export { type AuditOptions, auditCorpus } from './corpus/audit.ts';
export type { ClassChoice } from './corpus/classes.ts';
export { CORPORA } from './corpus/find.ts';
export { accepted, FINDINGS, type Finding, type FindingCode } from './corpus/findings.ts';
export { joinCorpora } from './corpus/join.ts';
export type { LabelOptions } from './corpus/labels.ts';
export type { Contamination, Leak } from './corpus/leaks.ts';
export type { Part } from './corpus/parts.ts';
export { foldsOf, PROTOCOLS, type ProtocolName, type ProtocolOptions } from './corpus/protocols.ts';
export { type ReadOptions, readCorpus } from './corpus/read.ts';
export { type ReadSeveralOptions, readCorpora } from './corpus/read-several.ts';
export { type Divided, divideBySplit, readSplit, type Split, type SplitEntry } from './corpus/split.ts';
export type { Corpus, Fold, Utterance } from './corpus/utterance.ts';
export { type CompareOptions, compareSystems } from './evaluate/compare.ts';
export { type ComparedRun, readSystems } from './evaluate/compared-runs.ts';
export type {
  Comparison,
  Difference,
  PairFigures,
  PrimaryTest,
  RunFigures,
  SystemFigure,
  SystemFigures,
} from './evaluate/comparison.ts';
export { type CrossvalOptions, crossValidate } from './evaluate/crossval.ts';
export type { Primary } from './evaluate/primary.ts';
export { trainOnAll } from './evaluate/train-on-all.ts';
export type { TrainingRun } from './evaluate/training-run.ts';
export {
  type ExplainedSegment,
  type ExplanationJson,
  explanationJson,
  type JsonMap,
} from './explain/explanation-json.ts';
export { PANELS, type PanelName } from './explain/panel-names.ts';
export { pictureOf } from './explain/picture.ts';
export { rasterize } from './explain/rasterize.ts';
export { ALTERATIONS, type Alteration, type Augmentation } from './features/augment.ts';
export * from './index.ts';
export type { Execution, Executor, UnitFiles } from './jobs/executor.ts';
export type { Means, UnitContext, UnitKind, UnitModule, Work } from './jobs/units.ts';
export { loadEmbedder } from './recognize/embed-outside.ts';
export { type EncoderOptions, openEncoder } from './recognize/encoder-file.ts';
export { loadClassifier } from './recognize/hugging-face/classifier.ts';
export type {
  FoldsEvent,
  ProgressEvent,
  RunEvent,
  RunListener,
  StepEvent,
  StudyEvent,
  WarningEvent,
} from './run/events.ts';
export { readClasses, readPredictions } from './run/predictions-file.ts';
export type {
  EndEntry,
  Environment,
  EpochEntry,
  FailedEntry,
  FoldEntry,
  InitialCheckpoint,
  LogEntry,
  Manifest,
  Recording,
  RunConfig,
  RunOptions,
  StartEntry,
  StatedSplit,
  TrainedCorpus,
  TrainedOn,
} from './run/run-files.ts';
export type { ThresholdTuning } from './run/tuning.ts';
export type { BootstrapOptions, Interval, Intervals } from './statistics/bootstrap.ts';
export { type Calibration, type CalibrationBin, calibrationOf } from './statistics/calibration.ts';
export type { ClassScores, Confusion, Scores } from './statistics/confusion.ts';
export type { Accuracies } from './statistics/hits.ts';
export type { JackknifeIntervals } from './statistics/jackknife.ts';
export {
  type CorpusScores,
  type Gender,
  type GenderScores,
  gendersOf,
  type Metrics,
  type MetricsOptions,
  metricsOf,
  type SpeakerScores,
} from './statistics/metrics.ts';
export type { Prediction } from './statistics/prediction.ts';
export type { ElmKernel, ElmRandomLayer, ElmSettings } from './train/learners/elm-settings.ts';
export type { Adam, AdamW } from './train/optimizers/adam.ts';
export {
  DEFAULT_OPTIMIZER,
  OPTIMIZER_DEFAULTS,
  type Optimizer,
  type OptimizerName,
} from './train/optimizers/optimizers.ts';
export type { Sgd } from './train/optimizers/sgd.ts';
export { DEFAULT_SCHEDULE, type EpochReport, type Schedule } from './train/schedule.ts';
