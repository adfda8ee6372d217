import { join } from 'node:path';
import type { Corpus } from '../corpus/utterance.ts';
import { AttuneError } from '../errors.ts';
import { crossValidate } from '../evaluate/crossval.ts';
import type { Executor } from '../jobs/executor.ts';
import type { RunListener } from '../run/events.ts';
import { readPredictions } from '../run/predictions-file.ts';
import type { Manifest, RunOptions } from '../run/run-files.ts';
import { readIfThere, readJson, refuseAsOut, runPaths } from '../run/run-folder.ts';
import { MANIFEST } from '../run/run-schemas.ts';
import type { Metrics } from '../statistics/metrics.ts';
import type { Prediction } from '../statistics/prediction.ts';

/** One cross-validation of a study. */
export interface Variant {
  /** names its run folder */
  readonly name: string;
  /** what is told of it; absent: its name */
  readonly title?: string;
  readonly corpus: Corpus;
  /** for the protocol `cross-corpus` */
  readonly testOn?: Corpus;
  readonly options: RunOptions;
}

/** A variant with what came of it. */
export interface Outcome {
  readonly variant: Variant;
  /** its run folder */
  readonly run: string;
  readonly metrics: Metrics;
  readonly predictions: readonly Prediction[];
  readonly manifest: Manifest;
}

export interface StudyOptions {
  /** the folder that holds a run folder a variant */
  readonly out: string;
  /** run in this order */
  readonly variants: readonly Variant[];
  readonly jobs: number;
  readonly cache: string;
  /** where folds are trained; absent: on this machine, `jobs` at a time */
  readonly executor?: Executor | undefined;
  /** told of each run when it begins, and as it goes */
  readonly onEvent?: RunListener | undefined;
  /** stops the run that is under way */
  readonly signal?: AbortSignal | undefined;
  /** of the first of these among all runs of the study, which are `inAll`; default: these are all */
  readonly place?: { readonly number: number; readonly inAll: number };
}

/**
 * Refuses a folder that cannot hold a study.
 *
 * @throws AttuneError `usage` where it is blank, a file, that of the recordings or that of a run
 */
export async function refuseAsStudy(out: string, corpus: Corpus): Promise<void> {
  await refuseAsOut(out, corpus);
  if (await readIfThere(runPaths(out).config))
    throw new AttuneError('usage', `${out} holds a run: give the runs of a study a folder of their own`);
}

/**
 * Cross-validates variants one after the other, each in a folder of its own under `out`. Stopped and started again it goes on: what is
 * done is not done again.
 *
 * @throws AttuneError as `crossValidate` does, also where a folder holds a run with other options
 */
export async function runStudy({
  out,
  variants,
  jobs,
  cache,
  executor,
  onEvent,
  signal,
  place = { number: 1, inAll: variants.length },
}: StudyOptions): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const [index, variant] of variants.entries()) {
    const { name, title = name, ...what } = variant;
    const run = join(out, name);
    onEvent?.({ event: 'run', run: name, text: title, number: place.number + index, inAll: place.inAll });
    const others = { ...(onEvent && { onEvent }), ...(signal && { signal }), ...(executor && { executor }) };
    const metrics = await crossValidate({ ...what, out: run, jobs, cache, ...others });
    const paths = runPaths(run);
    const predictions = await readPredictions(paths.predictions);
    outcomes.push({ variant, run, metrics, predictions, manifest: (await readJson(paths.manifest, MANIFEST))! });
  }
  return outcomes;
}
