import { join, resolve } from 'node:path';
import * as v from 'valibot';
import { classesOf, stated } from '../corpus/classes.ts';
import type { Contamination } from '../corpus/leaks.ts';
import { AttuneError } from '../errors.ts';
import { checkArgument, list } from '../json.ts';
import { systemChanges } from '../run/differences.ts';
import { refuseOtherFiles } from '../run/hashes.ts';
import { readClasses, readPredictions } from '../run/predictions-file.ts';
import type { Manifest, RunConfig, RunOptions } from '../run/run-files.ts';
import { readIfThere, readJson, runPaths } from '../run/run-folder.ts';
import { MANIFEST, RUN_CONFIG } from '../run/run-schemas.ts';
import { readScore, scorePath } from '../run/score-file.ts';
import { readFold } from '../run/sealed-files.ts';
import type { Prediction } from '../statistics/prediction.ts';
import { count } from '../text.ts';

/** A finished run, or a peer's predictions, to be compared with others. */
export interface ComparedRun {
  /** its folder, as it was given */
  readonly run: string;
  /** in the order of its probabilities; absent: the default four */
  readonly classes?: readonly string[];
  /** at least one */
  readonly predictions: readonly Prediction[];
  /** of its `config.json`; absent where a peer made the predictions */
  readonly options?: RunOptions;
  /** its `manifest.json`; absent where a peer made the predictions */
  readonly manifest?: Manifest;
  /** whether making it again would give the same predictions, as a peer says in `peer.json`; absent: no */
  readonly deterministic?: boolean;
  /** `unknown` where `attune score` made it: nothing says what the system has heard; absent: its options say */
  readonly contamination?: Contamination;
}

/** What is read of a peer's `peer.json`; it may hold more. */
const PEER = v.object({ deterministic: v.exactOptional(v.boolean()) });

/**
 * Reads systems to compare, each given as a run folder, or as several that differ by seed alone, parted by commas.
 *
 * @throws AttuneError `run` where a run is unfinished or no run, or a system's runs differ in more than their seed; `usage` where one
 *   is given twice
 *
 * @example
 * ```ts
 * import { readSystems } from 'attune/node';
 *
 * const [gap, attention] = await readSystems(['runs/gap-1,runs/gap-2', 'runs/attention-1']);
 * console.log(gap?.length, attention?.length); // 2 1
 * ```
 */
export async function readSystems(given: readonly string[]): Promise<ComparedRun[][]> {
  checkArgument(given, list(v.string()), 'the runs');
  return Promise.all(given.map(readSystem));
}

async function readSystem(given: string): Promise<ComparedRun[]> {
  const folders = given.split(',').map((folder) => folder.trim());
  if (folders.some((folder) => !folder))
    throw new AttuneError('usage', `expected run folders parted by single commas, got "${given}"`);
  const twice = folders.find((folder, i) => folders.findIndex((other) => resolve(other) === resolve(folder)) < i);
  if (twice)
    throw new AttuneError('usage', `${twice} is given twice among the seeds of one system: give each run once`);
  const runs = await Promise.all(folders.map(readComparedRun));
  for (const run of runs.slice(1)) refuseOtherSystem(runs[0]!, run);
  refuseEqualSeeds(runs);
  return runs;
}

/**
 * Reads one run. Only `predictions.csv` need be there.
 *
 * @throws AttuneError `run` where the run is unfinished, no run, or a file of it is damaged
 */
export async function readComparedRun(run: string): Promise<ComparedRun> {
  const paths = runPaths(run);
  const config = await readJson(paths.config, RUN_CONFIG);
  if (!(await readIfThere(paths.predictions))) throw await unfinished(run, config);
  const score = await readScore(run);
  const stating = config ?? score;
  const classes = stating ? classesOf(stating.options) : await readClasses(paths.predictions);
  const predictions = await readPredictions(paths.predictions, classes);
  if (!predictions.length) throw new AttuneError('run', `${paths.predictions} holds no prediction`);
  await refuseOtherFiles(run, [paths.config, scorePath(run), paths.manifest, paths.predictions]);
  const manifest = await readJson(paths.manifest, MANIFEST);
  const peer = await readJson(join(run, 'peer.json'), PEER);
  return {
    ...{ run, predictions, ...stated(classes) },
    ...(config && { options: config.options }),
    ...(manifest && { manifest }),
    ...((peer?.deterministic === true || score?.options.system.kind === 'model') && { deterministic: true }),
    ...(score && { contamination: 'unknown' }),
  };
}

async function unfinished(run: string, config: RunConfig | undefined): Promise<AttuneError> {
  if (!config)
    return new AttuneError('run', `${run} holds no predictions.csv: give the folder of a finished cross-validation`);
  const manifest = await readJson(runPaths(run).manifest, MANIFEST);
  const tested = (manifest?.recordings ?? []).flatMap(({ fold }) => (fold === undefined ? [] : [fold]));
  const folds = [...new Set(tested)];
  const classes = classesOf(config.options);
  const done = (await Promise.all(folds.map((fold) => readFold(run, fold, classes)))).filter(Boolean).length;
  const progress = folds.length ? `${done} of ${count(folds.length, 'fold')} done` : 'no fold is done';
  return new AttuneError(
    'run',
    `${run} is unfinished: ${progress}, and there is no predictions.csv; start its command again and it goes on`,
  );
}

/** Options that may differ between seeds of one system: they do not change what is measured. */
const APART = { seed: 0, threads: 0, accept: 0, scoreEveryEpoch: 0 };

function refuseOtherSystem(first: ComparedRun, other: ComparedRun): void {
  const essential = (options: RunOptions) => ({ ...options, ...APART });
  const changed =
    first.options && other.options
      ? systemChanges(essential(first.options), essential(other.options))
      : first.options || other.options
        ? ['only one of them has a config.json']
        : [];
  if (changed.length)
    throw new AttuneError(
      'run',
      `${first.run} and ${other.run} are no seeds of one system: ${changed.join('; ')}. Give runs that differ by seed alone, or part systems by a space.`,
    );
}

function refuseEqualSeeds(runs: readonly ComparedRun[]): void {
  for (const [i, { run, options }] of runs.entries()) {
    const equal = runs.slice(0, i).find((before) => options && before.options?.seed === options.seed);
    if (equal)
      throw new AttuneError(
        'run',
        `${equal.run} and ${run} have the same seed, ${options!.seed}: give runs of different seeds`,
      );
  }
}
