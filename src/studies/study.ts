import { join } from 'node:path';
import type { Corpus } from '../corpus/utterance.ts';
import { AttuneError } from '../errors.ts';
import { crossValidate } from '../evaluate/crossval.ts';
import type { Executor } from '../jobs/executor.ts';
import { UnitsFailed } from '../jobs/failures.ts';
import type { RunListener } from '../run/events.ts';
import { readPredictions } from '../run/predictions-file.ts';
import type { Manifest, RunOptions } from '../run/run-files.ts';
import { readIfThere, readJson, refuseAsOut, runPaths } from '../run/run-folder.ts';
import { MANIFEST } from '../run/run-schemas.ts';
import type { Metrics } from '../statistics/metrics.ts';
import type { Prediction } from '../statistics/prediction.ts';
import { count } from '../text.ts';
import { isDivergence, noteDivergence } from './divergence.ts';

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
  /** its place among all runs of the study, from 1; absent: that among these variants */
  readonly number?: number;
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
  /** runs of the study; default: as many as there are variants */
  readonly inAll?: number;
  /** whether training that diverges is a result, which its run folder then tells; default: it is a failure */
  readonly mayDiverge?: boolean;
  /** called when a run has come to an end, and awaited before the next begins */
  readonly onRunEnd?: (variant: Variant) => Promise<void>;
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
 * Cross-validates variants one after the other, each in a folder of its own under `out`. Where a run fails the others go on. Stopped and
 * started again it goes on: what is done is not done again.
 *
 * @returns what came of those that have figures: all but those that have diverged
 * @throws AttuneError `run` where runs failed, after all others; and as `crossValidate` does, also where a folder holds a run with other
 *   options
 */
export async function runStudy(study: StudyOptions): Promise<Outcome[]> {
  const { variants, inAll = variants.length, mayDiverge = false, onEvent, onRunEnd } = study;
  const outcomes: Outcome[] = [];
  const failures: string[] = [];
  let failed = 0;
  for (const [index, variant] of variants.entries()) {
    const { name, title = name, number = index + 1 } = variant;
    const run = join(study.out, name);
    onEvent?.({ event: 'run', run: name, text: title, number, inAll });
    try {
      outcomes.push(await runVariant(study, variant, run));
    } catch (error) {
      const isOfRun = error instanceof UnitsFailed || (error instanceof AttuneError && error.code === 'run');
      if (!isOfRun) throw error; // of the corpus, which is that of all, or a signal's
      if (mayDiverge && isDivergence(error)) await noteDivergence(run, error);
      else {
        if (inAll === 1) throw error;
        const { failures: own, summary } =
          error instanceof UnitsFailed ? error : { failures: [error], summary: error.message };
        failures.push(...own.map(({ message }) => `${title}: ${onOneLine(message)}`));
        failed++;
        onEvent?.({ event: 'warning', text: `warning: ${title}: ${onOneLine(summary)}` });
      }
    }
    await onRunEnd?.(variant);
  }
  if (failed)
    throw new AttuneError(
      'run',
      `${failed} of ${count(inAll, 'run')} failed${failed < inAll ? ', and the others are done' : ''}. Mend what is wrong, and start the same command again to go on from there:`,
      { points: failures },
    );
  return outcomes;
}

const onOneLine = (text: string) => text.replaceAll('\n', ' ');

async function runVariant(
  { jobs, cache, executor, onEvent, signal }: StudyOptions,
  variant: Variant,
  run: string,
): Promise<Outcome> {
  const { name: _, title: __, number: ___, ...what } = variant;
  const others = { ...(onEvent && { onEvent }), ...(signal && { signal }), ...(executor && { executor }) };
  const metrics = await crossValidate({ ...what, out: run, jobs, cache, ...others });
  const paths = runPaths(run);
  const predictions = await readPredictions(paths.predictions);
  return { variant, run, metrics, predictions, manifest: (await readJson(paths.manifest, MANIFEST))! };
}
