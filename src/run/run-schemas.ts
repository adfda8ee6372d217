import * as v from 'valibot';
import { READ_OPTIONS } from '../corpus/adapter.ts';
import { CLASS, CLASSES } from '../corpus/classes.ts';
import { FINDING } from '../corpus/findings.ts';
import { LABEL_OPTIONS } from '../corpus/labels.ts';
import { PROTOCOLS } from '../corpus/protocols.ts';
import { AUGMENTATION } from '../features/augment.ts';
import { ANY_FRONT_END } from '../features/descriptors/front-end.ts';
import { inside } from '../inside.ts';
import {
  anything,
  byName,
  faultAt,
  finite,
  list,
  name,
  type Properties,
  type Schema,
  SEED,
  sha256,
  whole,
  within,
} from '../json.ts';
import { ARCHITECTURE } from '../model/architecture.ts';
import type { Interval } from '../statistics/bootstrap.ts';
import type { Metrics } from '../statistics/metrics.ts';
import { predictionsOf } from '../statistics/prediction.ts';
import { CHOSEN, ELM } from '../train/learners/elm-settings.ts';
import { OPTIMIZER } from '../train/optimizers/optimizers.ts';
import { EPOCH_REPORT_PROPERTIES, SCHEDULE } from '../train/schedule.ts';
import type {
  Environment,
  EpochEntry,
  FailedEntry,
  FinishedFold,
  FoldEntry,
  InitialCheckpoint,
  LogEntry,
  Manifest,
  Recording,
  RunConfig,
  RunOptions,
  StatedSplit,
  TrainedCorpus,
  TrainedOn,
} from './run-files.ts';
import { CHOSEN_THRESHOLD, TUNING } from './tuning.ts';

/** Of a recording within the corpus folder; it leads nowhere else. */
const file = inside('the corpus folder');

const seconds = within(0, Number.MAX_SAFE_INTEGER);

export const ENVIRONMENT: Schema<Environment> = v.object({
  ...{ attune: v.string(), node: v.string(), runtime: v.string(), processor: v.string() },
} satisfies Properties<Environment>);

const TRAINED_ON: Schema<TrainedOn> = v.object({
  corpora: list(
    v.object({
      ...{ name, licence: v.exactOptional(v.string()), speakers: whole(0) },
    } satisfies Properties<TrainedCorpus>),
  ),
  recordings: whole(0),
  incomplete: v.exactOptional(v.literal(true)),
} satisfies Properties<TrainedOn>);

const INITIAL_CHECKPOINT: Schema<InitialCheckpoint> = v.object({
  sha256,
  trainedOn: v.exactOptional(TRAINED_ON),
} satisfies Properties<InitialCheckpoint>);

const STATED_SPLIT: Schema<StatedSplit> = v.object({
  ...{ name: v.string(), sha256, namesElsewhere: v.exactOptional(whole(1, Number.MAX_SAFE_INTEGER)) },
} satisfies Properties<StatedSplit>);

export const RUN_OPTIONS: Schema<RunOptions> = v.objectWithRest(
  {
    protocol: v.picklist(PROTOCOLS),
    folds: v.exactOptional(whole(1, 100_000)),
    split: v.exactOptional(STATED_SPLIT),
    reading: v.exactOptional(READ_OPTIONS),
    testReading: v.exactOptional(READ_OPTIONS),
    ownLabels: v.exactOptional(byName(LABEL_OPTIONS)),
    corpusWeights: v.exactOptional(byName(within(0.01, 100))),
    classes: v.exactOptional(CLASSES),
    accept: v.exactOptional(list(v.string())),
    scoreEveryEpoch: v.exactOptional(v.boolean()),
    architecture: ARCHITECTURE,
    frontEnd: ANY_FRONT_END,
    elm: v.exactOptional(ELM),
    tune: v.exactOptional(TUNING),
    schedule: SCHEDULE,
    optimizer: OPTIMIZER,
    augmentation: v.exactOptional(AUGMENTATION),
    balance: v.exactOptional(v.boolean()),
    init: v.exactOptional(INITIAL_CHECKPOINT),
    freeze: v.exactOptional(v.boolean()),
    seed: SEED,
    threads: whole(1, 1024),
  } satisfies Properties<RunOptions>,
  anything, // what another version writes beside these is kept, so that a run does not go on without it
);

/** `config.json`. */
export const RUN_CONFIG: Schema<RunConfig> = v.object({
  ...{ corpus: v.string(), options: RUN_OPTIONS, environment: ENVIRONMENT },
} satisfies Properties<RunConfig>);

const recordingOf = (emotion: Schema<string>) =>
  v.object({
    utterance: name,
    file,
    start: v.exactOptional(seconds),
    end: v.exactOptional(seconds),
    sha256,
    durationSeconds: seconds,
    speaker: name,
    gender: v.exactOptional(v.picklist(['female', 'male'])),
    session: v.exactOptional(v.string()),
    script: v.exactOptional(v.string()),
    emotion,
    fold: v.exactOptional(name),
  } satisfies Properties<Recording>);

const manifest = (emotion: Schema<string>): Schema<Manifest> =>
  v.object({
    corpus: v.string(),
    leftOut: byName(whole(0)),
    parts: v.exactOptional(list(v.string(), 1000)),
    labels: v.exactOptional(list(v.string(), 1000)),
    audit: v.exactOptional(list(FINDING)),
    recordings: list(recordingOf(emotion)),
  } satisfies Properties<Manifest>);

/** `manifest.json`, of whatever classes. */
export const MANIFEST: Schema<Manifest> = manifest(CLASS);

/** `manifest.json` of a run that has these classes. */
export const manifestOf = (classes: readonly string[]): Schema<Manifest> => manifest(v.picklist(classes));

/** Content of `folds/FOLD.json`, where the run has these classes. */
export const finishedFoldOf = (classes: readonly string[]): Schema<FinishedFold> =>
  v.object({
    checkpoint: v.exactOptional(sha256),
    chosen: v.exactOptional(v.union([CHOSEN, CHOSEN_THRESHOLD])),
    predictions: predictionsOf(classes),
  } satisfies Properties<FinishedFold>);

const time = v.string();

/** A line of `log.jsonl`. */
export const LOG_ENTRY: Schema<LogEntry> = v.variant('event', [
  v.object({ event: v.literal('start'), time, environment: ENVIRONMENT }),
  v.object({
    event: v.literal('epoch'),
    time,
    fold: name,
    ...EPOCH_REPORT_PROPERTIES,
  } satisfies Properties<EpochEntry>),
  v.object({
    ...{ event: v.literal('fold'), time, fold: name, wa: within(0, 1), ua: within(0, 1) },
    leaks: v.exactOptional(v.picklist(['speakers', 'recordings'])),
    contamination: v.exactOptional(v.literal('unknown')),
  } satisfies Properties<FoldEntry>),
  v.object({ event: v.literal('failed'), time, fold: name, text: v.string() } satisfies Properties<FailedEntry>),
  v.object({ event: v.literal('end'), time, environment: v.exactOptional(ENVIRONMENT) }),
]);

type Figure = 'wa' | 'ua' | 'macroF1';
/** Of each figure; null where there are too few speakers. */
type FigureIntervals = Readonly<Record<Figure, Interval | null>>;

/** What is read of `metrics.json`. The rest of it follows from the same predictions and is kept as it is. */
export interface ReadMetrics
  extends Pick<Metrics, Figure | 'utterances' | 'speakers' | 'emotions' | 'confusion' | 'leaks' | 'contamination'> {
  readonly intervals: FigureIntervals & { readonly jackknife?: FigureIntervals };
}

const interval: Schema<Interval | null> = v.nullable(v.object({ low: finite, high: finite }));
const intervals = { wa: interval, ua: interval, macroF1: interval };

/** `metrics.json`, as far as it is read. */
export const METRICS: Schema<ReadMetrics> = v.pipe(
  v.looseObject({
    ...{ wa: within(0, 1), ua: within(0, 1), macroF1: within(0, 1), utterances: whole(1), speakers: whole(1) },
    emotions: v.pipe(list(name), v.minLength(2, 'two classes or more')),
    confusion: list(list(whole(0))),
    leaks: v.exactOptional(v.picklist(['speakers', 'recordings'])),
    contamination: v.exactOptional(v.literal('unknown')),
    intervals: v.looseObject({ ...intervals, jackknife: v.exactOptional(v.looseObject(intervals)) }),
  }),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const { confusion, emotions } = dataset.value;
    const isSquare = [confusion, ...confusion].every(({ length }) => length === emotions.length);
    if (!isSquare) addIssue(faultAt(dataset.value, 'confusion', `${emotions.length} rows and columns`));
  }),
);
