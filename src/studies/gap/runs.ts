import { join } from 'node:path';
import { classesOf } from '../../corpus/classes.ts';
import { leakOf } from '../../corpus/leaks.ts';
import type { Corpus } from '../../corpus/utterance.ts';
import { refuseOtherOptions } from '../../evaluate/started-options.ts';
import { anything } from '../../json.ts';
import { refuseOtherFiles } from '../../run/hashes.ts';
import { readPredictions } from '../../run/predictions-file.ts';
import type { Environment, Manifest } from '../../run/run-files.ts';
import { lastFoldTime, readJson, readLog, runPaths } from '../../run/run-folder.ts';
import { MANIFEST, RUN_CONFIG } from '../../run/run-schemas.ts';
import { type Divergence, readDivergence } from '../divergence.ts';
import { readEpochs } from './epochs.ts';
import type { GapRun } from './sources.ts';
import type { GapVariant } from './variants.ts';

/** A variant that has come to an end: it has predictions, or it has diverged. */
export interface Ended {
  readonly environment: Environment;
  readonly manifest: Manifest;
  /** day and time of the last fold, ISO 8601, UTC */
  readonly time: string;
  readonly run?: GapRun;
  readonly diverged?: Divergence;
}

/**
 * The variants in `out` that have come to an end, by name.
 *
 * @throws AttuneError `usage` where one was run with other options; `run` where files are missing or damaged
 */
export async function readEnded(
  out: string,
  corpus: Corpus,
  variants: readonly GapVariant[],
): Promise<Map<string, Ended>> {
  const all = new Map<string, Ended>();
  for (const variant of variants) {
    const ended = await readVariant(join(out, variant.name), corpus, variant);
    if (ended) all.set(variant.name, ended);
  }
  return all;
}

async function readVariant(run: string, corpus: Corpus, { options }: GapVariant): Promise<Ended | undefined> {
  const paths = runPaths(run);
  const config = await readJson(paths.config, RUN_CONFIG);
  if (!config) return undefined;
  refuseOtherOptions(config, { corpus: corpus.name, options }, run);
  const { environment } = config;
  const manifest = (await readJson(paths.manifest, MANIFEST))!;
  const diverged = await readDivergence(run);
  if (diverged) return { environment, manifest, time: diverged.time, diverged };
  if (!(await readJson(paths.metrics, anything))) return undefined;
  const predictions = await readPredictions(paths.predictions, classesOf(options));
  await refuseOtherFiles(run, [paths.config, paths.manifest, paths.predictions, paths.metrics, paths.log]);
  const folds = [...new Set(predictions.map(({ fold }) => fold))].sort();
  const afterEpochs = options.scoreEveryEpoch ? await readEpochs(run, folds, options) : undefined;
  const leaks = leakOf({ protocol: options.protocol, ...manifest });
  return {
    ...{ environment, manifest, time: lastFoldTime(await readLog(run)) },
    run: { predictions, recordings: manifest.recordings, ...(afterEpochs && { afterEpochs }), ...(leaks && { leaks }) },
  };
}
