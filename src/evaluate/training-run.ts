import * as v from 'valibot';
import { callback, signal } from '../arguments.ts';
import { SPLIT } from '../corpus/split.ts';
import { CORPUS, type Corpus } from '../corpus/utterance.ts';
import type { Executor } from '../jobs/executor.ts';
import { type Schema, whole } from '../json.ts';
import type { RunListener } from '../run/events.ts';
import type { RunOptions } from '../run/run-files.ts';
import { RUN_OPTIONS } from '../run/run-schemas.ts';

/** What every run that trains needs. */
export interface TrainingRun {
  /** what to train on, and under most protocols to test on */
  readonly corpus: Corpus;
  /** the run's folder; an unfinished run there goes on */
  readonly out: string;
  /** kept in `config.json`; a run goes on only with the same */
  readonly options: RunOptions;
  /**
   * a checkpoint to start every fold from, a path: its network and front end must be those of `options`, but for the classes. Where these
   * differ in names or number, a new head is drawn by the seed. Absent: all weights are drawn
   */
  readonly init?: string;
  /** the file of an encoder of the user's own, a path, where the front end is of kind `onnx`: it must be the one whose SHA-256 that has */
  readonly encoder?: string;
  /** folds trained at a time, 1 or more, each in a process of its own; any number gives the same bytes */
  readonly jobs: number;
  /** the folder of cached features, made where it is missing; runs may share it */
  readonly cache: string;
  /** where folds are trained; absent: on this machine, `jobs` at a time */
  readonly executor?: Executor;
  /** told of the run as it goes; absent: nobody is */
  readonly onEvent?: RunListener;
  /** aborted, the run stops within a second or two, its reason is thrown, and the last whole epoch of each fold stays on disk */
  readonly signal?: AbortSignal;
}

/** What `crossValidate` and `trainOnAll` are given. */
export const TRAINING_RUN: Schema<unknown> = v.strictObject({
  ...{
    corpus: CORPUS,
    testOn: v.optional(CORPUS),
    split: v.optional(SPLIT),
    out: v.string(),
    cache: v.string(),
  },
  ...{ init: v.optional(v.string()), encoder: v.optional(v.string()) },
  ...{ options: RUN_OPTIONS, jobs: whole(1), executor: v.optional(v.looseObject({ execute: callback })) },
  ...{ onEvent: v.optional(callback), signal: v.optional(signal) },
});
