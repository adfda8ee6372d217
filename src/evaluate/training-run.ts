import * as v from 'valibot';
import { callback } from '../arguments.ts';
import { CORPUS, type Corpus } from '../corpus/utterance.ts';
import { type Properties, type Schema, whole } from '../json.ts';
import type { EpochEntry, FoldEntry, RunOptions } from '../run/run-files.ts';
import { RUN_OPTIONS } from '../run/run-schemas.ts';

/** What every run that trains needs. */
export interface TrainingRun {
  /** what to train on, and under most protocols to test on */
  readonly corpus: Corpus;
  /** the run's folder; an unfinished run there goes on */
  readonly out: string;
  /** kept in `config.json`; a run goes on only with the same */
  readonly options: RunOptions;
  /** folds trained at a time, 1 or more, each in a process of its own; any number gives the same bytes */
  readonly jobs: number;
  /** the folder of cached features, made where it is missing; runs may share it */
  readonly cache: string;
  /** told of the run as it goes; absent: nobody is */
  readonly watch?: Watch;
}

/** Told of a run as it goes. */
export interface Watch {
  /** Recordings are read and their features cached: `done` of `inAll`. */
  prepared?(done: number, inAll: number): void;
  /** Recordings are scored again by stored checkpoints: `done` of `inAll`. */
  scored?(done: number, inAll: number): void;
  /** Recordings are read again and compared with each other: `done` of `inAll`. */
  audited?(done: number, inAll: number): void;
  /** A recording decodes with a warning, the run goes on in another environment, or its folds leak: a sentence to be shown. */
  warned?(warning: string): void;
  /** Training starts or goes on: all folds, and those of which nothing is left to do. */
  started?(folds: readonly string[], finished: readonly string[]): void;
  /** A fold has made a step: segments of all its epochs that it has learned from so far, of those that it will. */
  trained?(fold: string, segmentsSeen: number, segmentsInAll: number): void;
  /** A fold has ended an epoch, which is now on disk. */
  epoch?(entry: EpochEntry): void;
  /** A fold has scored its test speakers: its own WA and UA, [0, 1]. */
  fold?(entry: FoldEntry): void;
}

const WATCH: Schema<Watch> = v.strictObject({
  prepared: v.exactOptional(callback),
  scored: v.exactOptional(callback),
  audited: v.exactOptional(callback),
  warned: v.exactOptional(callback),
  started: v.exactOptional(callback),
  trained: v.exactOptional(callback),
  epoch: v.exactOptional(callback),
  fold: v.exactOptional(callback),
} satisfies Properties<Watch>);

/** What `crossValidate` and `trainOnAll` are given. */
export const TRAINING_RUN: Schema<unknown> = v.strictObject({
  ...{ corpus: CORPUS, testOn: v.optional(CORPUS), out: v.string(), cache: v.string() },
  ...{ options: RUN_OPTIONS, jobs: whole(1), watch: v.optional(WATCH) },
});
