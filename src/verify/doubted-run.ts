import { byCodeUnits } from '../corpus/adapter.ts';
import { classesOf } from '../corpus/classes.ts';
import { TRAINED_ON_ALL } from '../corpus/protocols.ts';
import { AttuneError } from '../errors.ts';
import { readPredictions } from '../run/predictions-file.ts';
import type { Manifest, RunConfig } from '../run/run-files.ts';
import { readIfThere, readJson, runPaths } from '../run/run-folder.ts';
import { MANIFEST, manifestOf, RUN_CONFIG } from '../run/run-schemas.ts';
import { readScore } from '../run/score-file.ts';
import { readFold } from '../run/sealed-files.ts';
import type { Prediction } from '../statistics/prediction.ts';

/** What a run says of itself. */
export interface FinishedRun {
  /** its folder */
  readonly run: string;
  readonly config: RunConfig;
  readonly manifest: Manifest;
  /** of `predictions.csv`; at least one, but none of a run that trained on all recordings */
  readonly predictions: readonly Prediction[];
  /** names of the folds by the manifest, sorted; of a run that trained on all recordings its only one, which tests nothing */
  readonly folds: readonly string[];
}

/**
 * Reads config, manifest and predictions of a finished run of `attune crossval`, or of `attune train`.
 *
 * @throws AttuneError `run` where one is missing or damaged
 */
export async function readFinishedRun(run: string): Promise<FinishedRun> {
  const paths = runPaths(run);
  const config = await readJson(paths.config, RUN_CONFIG);
  if (!config && (await readScore(run)))
    throw new AttuneError(
      'run',
      `${run} holds the figures of a system that was made elsewhere (score.json), not a run: let attune score make them again, in another folder, and compare`,
    );
  const manifest = await readJson(paths.manifest, config ? manifestOf(classesOf(config.options)) : MANIFEST);
  if (!config || !manifest)
    throw new AttuneError(
      'run',
      `${run} holds no ${config ? 'manifest.json' : 'config.json'}: give the folder of a finished run`,
    );
  if (config.options.protocol === 'train-on-all') {
    if (!(await readFold(run, TRAINED_ON_ALL, classesOf(config.options))))
      throw unfinished(run, `folds/${TRAINED_ON_ALL}.json`);
    return { run, config, manifest, predictions: [], folds: [TRAINED_ON_ALL] };
  }
  if (!(await readIfThere(paths.predictions))) throw unfinished(run, 'predictions.csv');
  const predictions = await readPredictions(paths.predictions, classesOf(config.options));
  if (!predictions.length) throw new AttuneError('run', `${paths.predictions} holds no prediction`);
  const folds = new Set(manifest.recordings.flatMap(({ fold }) => (fold === undefined ? [] : [fold])));
  return { run, config, manifest, predictions, folds: [...folds].sort(byCodeUnits) };
}

const unfinished = (run: string, file: string) =>
  new AttuneError('run', `${run} holds no ${file}: the run is unfinished; start its command again and it goes on`);
