import { join } from 'node:path';
import type { Corpus } from '../corpus/utterance.ts';
import { crossValidate } from '../evaluate/crossval.ts';
import type { Watch } from '../evaluate/training-run.ts';
import { readPredictions } from '../run/predictions-file.ts';
import type { Manifest, RunOptions } from '../run/run-files.ts';
import { readJson, runPaths } from '../run/run-folder.ts';
import { MANIFEST } from '../run/run-schemas.ts';
import type { Metrics } from '../statistics/metrics.ts';
import type { Prediction } from '../statistics/prediction.ts';

/** One cross-validation of a study. */
export interface Variant {
  /** names its run folder */
  readonly name: string;
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
  /** makes the watch of one variant's run, and what ends it */
  readonly watch?: (variant: Variant, index: number) => { watch: Watch; end: () => void };
}

/**
 * Cross-validates variants one after the other, each in a folder of its own under `out`. Stopped and started again it goes on: what is
 * done is not done again.
 *
 * @throws AttuneError as `crossValidate` does, also where a folder holds a run with other options
 */
export async function runStudy({ out, variants, jobs, cache, watch }: StudyOptions): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const [index, variant] of variants.entries()) {
    const { name, ...what } = variant;
    const run = join(out, name);
    const shown = watch?.(variant, index);
    const metrics = await crossValidate({ ...what, out: run, jobs, cache, watch: shown?.watch ?? {} }).finally(
      shown?.end,
    );
    const paths = runPaths(run);
    const predictions = await readPredictions(paths.predictions);
    outcomes.push({ variant, run, metrics, predictions, manifest: (await readJson(paths.manifest, MANIFEST))! });
  }
  return outcomes;
}
