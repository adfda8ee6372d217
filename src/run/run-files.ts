import type { Finding } from '../corpus/findings.ts';
import type { LabelOptions } from '../corpus/labels.ts';
import type { Contamination, Leak } from '../corpus/leaks.ts';
import type { ProtocolName } from '../corpus/protocols.ts';
import type { ReadOptions } from '../corpus/read.ts';
import type { Augmentation } from '../features/augment.ts';
import type { AnyFrontEnd } from '../features/descriptors/front-end.ts';
import type { Architecture } from '../model/architecture.ts';
import type { Prediction } from '../statistics/prediction.ts';
import type { Chosen, ElmSettings } from '../train/learners/elm-settings.ts';
import type { Optimizer } from '../train/optimizers/optimizers.ts';
import type { EpochReport, Schedule } from '../train/schedule.ts';
import type { ChosenThreshold, ThresholdTuning } from './tuning.ts';

/** `config.json`: what a run was asked to do, and where it was done. A run goes on only with the same `options`. */
export interface RunConfig {
  /** name of the corpus, such as `emodb` */
  readonly corpus: string;
  /** what the user chose; all defaults are written out */
  readonly options: RunOptions;
  /** what else the bytes of the results depend on */
  readonly environment: Environment;
}

/** All that a run's figures depend on but its recordings and {@link Environment}. JSON. */
export interface RunOptions {
  /** how the corpus is divided into folds */
  readonly protocol: ProtocolName;
  /** number of folds, 2 or more, for `speaker-folds` and `random-leaking`, which must have it */
  readonly folds?: number;
  /** the published division of `split`, which must have it */
  readonly split?: StatedSplit;
  /** corpus read with other than its own labels and turns; absent where they are its own */
  readonly reading?: ReadOptions;
  /** the same of the corpus to test on */
  readonly testReading?: ReadOptions;
  /** label maps of single corpora by their labels, in the place of the one in `reading`; absent: none has its own */
  readonly ownLabels?: Readonly<Record<string, LabelOptions>>;
  /**
   * how much each corpus counts that is trained on, by its label, 0.01 to 100; one that is not named counts 1. Segments of corpora that
   * would count for less come again in an epoch. Absent: each counts by what it has
   */
  readonly corpusWeights?: Readonly<Record<string, number>>;
  /** the classes in the order of the logits, which the corpus has too; absent: the default four */
  readonly classes?: readonly string[];
  /** findings of the audit that the user let pass, sorted; absent where none */
  readonly accept?: readonly string[];
  /** also scores the test speakers after every epoch, which chooses nothing; absent: no */
  readonly scoreEveryEpoch?: boolean;
  /** of the network that each fold trains */
  readonly architecture: Architecture;
  /** from waveforms to the network's input, in training and in scoring */
  readonly frontEnd: AnyFrontEnd;
  /** what hears an utterance behind a network that hears descriptors; absent: the mean of its segments' probabilities */
  readonly elm?: ElmSettings;
  /** how the threshold of a two-step predictor is chosen; absent: its architecture has it */
  readonly tune?: ThresholdTuning;
  /** how long and how fast to learn */
  readonly schedule: Schedule;
  /** constants of the gradient descent */
  readonly optimizer: Optimizer;
  /** what is trained on beside the recordings as they are; absent: nothing */
  readonly augmentation?: Augmentation;
  /** segments of rarer classes come so often in an epoch that every class has as many, with `corpusWeights` within each corpus; absent: no */
  readonly balance?: boolean;
  /** the weights that each fold starts from; the run writes it, of the checkpoint that it was given; absent: drawn by the seed */
  readonly init?: InitialCheckpoint;
  /** learns the head alone, which takes weights to start from: all else stays as it was; absent: no */
  readonly freeze?: boolean;
  /** of folds, initial weights, shuffling, augmentation and intervals, a whole number, 0 or more: the same gives the same bytes */
  readonly seed: number;
  /** threads within one operator, in each fold's process, 1 or more; another number may change the last digits */
  readonly threads: number;
}

/** A published division, as it was read. */
export interface StatedSplit {
  /** of its file or folder */
  readonly name: string;
  /** of its bytes, hexadecimal */
  readonly sha256: string;
  /** how many of its names were found in other folders than it has, by the file's own name alone; absent: none */
  readonly namesElsewhere?: number;
}

/** A checkpoint that a run starts from, kept in its folder as `init.safetensors`. */
export interface InitialCheckpoint {
  /** of its bytes, hexadecimal */
  readonly sha256: string;
  /** what it was trained on; absent: it does not say */
  readonly trainedOn?: TrainedOn;
}

/** What of a checkpoint's provenance the config of a run tells. */
export interface TrainedOn {
  /** sorted by name */
  readonly corpora: readonly TrainedCorpus[];
  /** the number of files of recordings */
  readonly recordings: number;
  /** weights that it was started from do not say what they were trained on; absent: this is all */
  readonly incomplete?: true;
}

/** A corpus that a checkpoint was trained on. */
export interface TrainedCorpus {
  /** the adapter's, such as `emodb` */
  readonly name: string;
  /** under which the corpus is published; absent where that is not known */
  readonly licence?: string;
  /** the number of those who were heard */
  readonly speakers: number;
}

/** Where a run was made: another environment may change the last digits of its figures. */
export interface Environment {
  /** version of Attune and of its training, such as `0.1.0, engine 2`; the first engines are not told apart: `0.1.0` */
  readonly attune: string;
  /** version of Node, such as `v22.0.0` */
  readonly node: string;
  /** name and version of what does the arithmetic, such as `onnxruntime 1.30.0` */
  readonly runtime: string;
  /** the processor's own name, with family and model where that names many alike, as `AMD EPYC (family 25, model 17)`; older runs lack these */
  readonly processor: string;
}

/** `manifest.json`: every recording of the run. */
export interface Manifest {
  /** name of the corpus, such as `emodb` */
  readonly corpus: string;
  /** recordings found but not used, counted by reason, such as `emotion is fear` */
  readonly leftOut: Readonly<Record<string, number>>;
  /** names of the corpora that it was put together from, in order; absent: it is one, or an older version wrote it */
  readonly parts?: readonly string[];
  /** what stands before the ids of each one's utterances; absent: those names, or `train` and `test` where they are two alike */
  readonly labels?: readonly string[];
  /** what the audit found before the run was started */
  readonly audit?: readonly Finding[];
  /** sorted by utterance */
  readonly recordings: readonly Recording[];
}

/** An utterance of a run, with what tells whether its file has changed. */
export interface Recording {
  /** the utterance's id */
  readonly utterance: string;
  /** relative to the corpus folder */
  readonly file: string;
  /** seconds; where the utterance begins in the file; absent: with it */
  readonly start?: number;
  /** seconds; where the utterance ends in the file; absent: with it */
  readonly end?: number;
  /** of the file's bytes, hexadecimal */
  readonly sha256: string;
  /** of the utterance as it was decoded, at 16 kHz */
  readonly durationSeconds: number;
  /** who speaks */
  readonly speaker: string;
  /** of the speaker; absent where the corpus does not say */
  readonly gender?: 'female' | 'male';
  /** the recording session; absent where there is one, or the corpus does not say */
  readonly session?: string;
  /** names what was said; absent where the corpus does not say */
  readonly script?: string;
  /** the true class */
  readonly emotion: string;
  /** the fold that tests on it; absent where it is only trained on */
  readonly fold?: string;
}

/** The line of `log.jsonl` of an epoch that is done. */
export interface EpochEntry extends EpochReport {
  /** tells it from the log's other lines */
  readonly event: 'epoch';
  /** when, UTC, as in `2018-09-02T09:00:00.000Z` */
  readonly time: string;
  /** name of the fold whose network learned */
  readonly fold: string;
}

/** The line of `log.jsonl` of a fold that is trained and scored. */
export interface FoldEntry {
  /** tells it from the log's other lines */
  readonly event: 'fold';
  /** when, UTC, as in `2018-09-02T09:00:00.000Z` */
  readonly time: string;
  /** its name */
  readonly fold: string;
  /** weighted accuracy of its test utterances, [0, 1] */
  readonly wa: number;
  /** unweighted accuracy of its test utterances, [0, 1] */
  readonly ua: number;
  /** what stands on both sides of the run's folds, so that these figures tell nothing of new speakers; absent where nothing does */
  readonly leaks?: Leak;
  /** `unknown` where the weights that it started from, or its speech encoder, do not say what they were trained on; absent: they do, or there are none */
  readonly contamination?: Contamination;
}

/** The line of `log.jsonl` of a fold that failed; the others went on, and the same command tries it again. */
export interface FailedEntry {
  /** tells it from the log's other lines */
  readonly event: 'failed';
  /** when, UTC, as in `2018-09-02T09:00:00.000Z` */
  readonly time: string;
  /** its name */
  readonly fold: string;
  /** why */
  readonly text: string;
}

/** What a fold leaves behind when it is done: `folds/FOLD.json`, with a digest. */
export interface FinishedFold {
  /** SHA-256 of the checkpoint that gave the predictions; absent in runs of older versions */
  readonly checkpoint?: string;
  /** what it chose by its training speakers alone; absent where nothing is chosen */
  readonly chosen?: Chosen | ChosenThreshold;
  /** of its test utterances; none where it tests nobody */
  readonly predictions: readonly Prediction[];
}

/** The line of `log.jsonl` of a run that starts or goes on. */
export interface StartEntry {
  /** tells it from the log's other lines */
  readonly event: 'start';
  /** when, UTC, as in `2018-09-02T09:00:00.000Z` */
  readonly time: string;
  /** where it runs */
  readonly environment: Environment;
}

/** The line of `log.jsonl` of a run that has ended. */
export interface EndEntry {
  /** tells it from the log's other lines */
  readonly event: 'end';
  /** when, UTC, as in `2018-09-02T09:00:00.000Z` */
  readonly time: string;
  /** where the report was written; absent in runs of older versions */
  readonly environment?: Environment;
}

/** A line of `log.jsonl`. */
export type LogEntry = StartEntry | EpochEntry | FoldEntry | FailedEntry | EndEntry;
