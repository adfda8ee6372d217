import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Corpus } from '../../corpus/utterance.ts';
import { AttuneError } from '../../errors.ts';
import { type ComparedRun, readComparedRun } from '../../evaluate/compared-runs.ts';
import { withClasses } from '../../evaluate/run-classes.ts';
import { refuseOtherUtterances } from '../../evaluate/same-utterances.ts';
import { refuseOtherOptions, statedOptions } from '../../evaluate/started-options.ts';
import { optionChanges } from '../../run/differences.ts';
import { readHashes } from '../../run/hashes.ts';
import type { Environment, RunOptions } from '../../run/run-files.ts';
import { lastFoldTime, readJson, readLog, refuseToReplace, runPaths } from '../../run/run-folder.ts';
import { RUN_CONFIG } from '../../run/run-schemas.ts';
import { readDivergence } from '../divergence.ts';

/** A run that the table wants. */
export interface TableRun {
  readonly system: string;
  readonly seed: number;
  readonly options: RunOptions;
  /** its folder: within the table's, or one that was finished elsewhere */
  readonly run: string;
}

/** A run of the table that has come to an end: it has figures, or it has diverged. */
export interface EndedRun {
  readonly environment: Environment;
  /** when its last fold was done or it diverged, ISO 8601, UTC */
  readonly time: string;
  readonly compared?: ComparedRun;
  /** why there are no figures */
  readonly diverged?: string;
}

/**
 * Reads a run that the table wants, where it has ended.
 *
 * @throws AttuneError `usage` where the folder holds a run that was started with other options, or what is none; `run` where files are
 *   missing or damaged, or the recordings are not those of the corpus
 */
export async function readEndedRun({ run, options }: TableRun, corpus: Corpus): Promise<EndedRun | undefined> {
  const { config: path, predictions, metrics, report, hashes } = runPaths(run);
  await refuseToReplace(path, [predictions, metrics, report, hashes]);
  const config = await readJson(path, RUN_CONFIG);
  if (!config) return undefined;
  refuseOtherOptions(config, asked(corpus, options), run);
  const { environment } = config;
  const diverged = await readDivergence(run);
  if (diverged) return { environment, time: diverged.time, diverged: diverged.message };
  if (!(await hasPredictions(run))) return undefined; // its command writes them, from its folds
  const compared = await readComparedRun(run);
  refuseOtherCorpus(compared, corpus);
  return { environment, time: lastFoldTime(await readLog(run)), compared };
}

/** Whether a run has come to its end, and what it predicts is there. */
async function hasPredictions(run: string): Promise<boolean> {
  if (!(await readHashes(run))?.['predictions.csv']) return false; // which are hashed when a run ends
  return access(runPaths(run).predictions).then(
    () => true,
    () => false,
  );
}

/** @throws AttuneError `run` where a run was not scored on the utterances of the corpus */
export function refuseOtherCorpus(run: ComparedRun, { directory, utterances, classes }: Corpus): void {
  const predictions = utterances.map(({ id, emotion, speaker }) => ({
    ...{ utterance: id, emotion, speaker, fold: '', predicted: emotion, probabilities: [] },
  }));
  refuseOtherUtterances({ run: directory, predictions, ...(classes && { classes }) }, run);
}

/**
 * Puts runs that were finished elsewhere in the places of those that the table wants.
 *
 * @throws AttuneError `usage` where one is no finished run, or none that the table wants
 */
export async function takeRuns(
  wanted: readonly TableRun[],
  folders: readonly string[],
  corpus: Corpus,
): Promise<TableRun[]> {
  const taken = new Map<TableRun, string>();
  for (const folder of folders) {
    const config = await readJson(runPaths(folder).config, RUN_CONFIG);
    if (!config || !(await hasPredictions(folder)))
      throw new AttuneError('usage', `expected a finished run to take, got ${folder}, which is none`);
    const changes = wanted.map((one) => optionChanges(config, asked(corpus, one.options)));
    const least = changes.reduce((best, own, i) => (own.length < changes[best]!.length ? i : best), 0);
    const { system, seed } = wanted[least]!;
    if (changes[least]!.length)
      throw new AttuneError(
        'usage',
        `${folder} is no run that the table wants. It comes next to ${system} with seed ${seed}, but has other options:`,
        { points: changes[least]! },
      );
    const before = taken.get(wanted[least]!);
    if (before !== undefined && resolve(before) !== resolve(folder))
      throw new AttuneError('usage', `${before} and ${folder} are both ${system} with seed ${seed}: take one of them`);
    taken.set(wanted[least]!, folder);
  }
  return wanted.map((one) => ({ ...one, run: taken.get(one) ?? one.run }));
}

/** What the config of a run says that was asked for this. */
const asked = (corpus: Corpus, options: RunOptions) => ({
  ...{ corpus: corpus.name, options: statedOptions(withClasses(options, corpus)) },
});
