import { join } from 'node:path';
import * as v from 'valibot';
import { classesOf } from '../../corpus/classes.ts';
import { leakOf } from '../../corpus/leaks.ts';
import type { Corpus } from '../../corpus/utterance.ts';
import { AttuneError } from '../../errors.ts';
import { anything, type Properties, type Schema } from '../../json.ts';
import { optionChanges } from '../../run/differences.ts';
import { refuseOtherFiles } from '../../run/hashes.ts';
import { readPredictions } from '../../run/predictions-file.ts';
import type { Environment, Manifest } from '../../run/run-files.ts';
import { readJson, readLog, runPaths, writeJson } from '../../run/run-folder.ts';
import { MANIFEST, RUN_CONFIG } from '../../run/run-schemas.ts';
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

/** `diverged.json` in a variant's run folder. That training came to no end is what there is to say of its choice. */
export interface Divergence {
  /** which fold, when and how */
  readonly message: string;
  readonly time: string;
}

const DIVERGENCE: Schema<Divergence> = v.object({
  ...{ message: v.string(), time: v.string() },
} satisfies Properties<Divergence>);

const pathOf = (run: string) => join(run, 'diverged.json');

/** Writes down that a variant has diverged, where that is why it failed; any other failure is thrown again. */
export async function noteDivergence(run: string, error: unknown): Promise<void> {
  if (!(error instanceof AttuneError) || !error.message.includes('training has diverged')) throw error;
  const divergence: Divergence = { message: error.message, time: new Date().toISOString() };
  await writeJson(pathOf(run), divergence);
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
  const changed = optionChanges(config, { corpus: corpus.name, options });
  if (changed.length)
    throw new AttuneError(
      'usage',
      `the run in ${run} was started with other options. Give the same options, or another \`out\`.`,
      { points: changed },
    );
  const { environment } = config;
  const manifest = (await readJson(paths.manifest, MANIFEST))!;
  const diverged = await readJson(pathOf(run), DIVERGENCE);
  if (diverged) return { environment, manifest, time: diverged.time, diverged };
  if (!(await readJson(paths.metrics, anything))) return undefined;
  const predictions = await readPredictions(paths.predictions, classesOf(options));
  await refuseOtherFiles(run, [paths.config, paths.manifest, paths.predictions, paths.metrics, paths.log]);
  const folds = [...new Set(predictions.map(({ fold }) => fold))].sort();
  const afterEpochs = options.scoreEveryEpoch ? await readEpochs(run, folds, options) : undefined;
  const leaks = leakOf({ protocol: options.protocol, ...manifest });
  const times = (await readLog(run)).map(({ time }) => time).sort();
  return {
    ...{ environment, manifest, time: times.at(-1) ?? '' },
    run: { predictions, recordings: manifest.recordings, ...(afterEpochs && { afterEpochs }), ...(leaks && { leaks }) },
  };
}
