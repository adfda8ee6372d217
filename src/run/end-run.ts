import { classesOf } from '../corpus/classes.ts';
import { AttuneError } from '../errors.ts';
import { writeWhole } from '../files.ts';
import { differences } from './differences.ts';
import { environment } from './environment.ts';
import { type Hashes, hashesOf, hashStart, nameIn, readHashes, sha256Of, writeHashes } from './hashes.ts';
import type { FinishedFold, LogEntry, RunOptions } from './run-files.ts';
import { appendLog, finalFiles, readIfThere, readLog, runPaths } from './run-folder.ts';
import { readEpoch, readFold } from './sealed-files.ts';

/**
 * What a fold left behind, or undefined where it is not done.
 *
 * @throws AttuneError `run` where that is damaged, or the checkpoint beside it is not the one that gave the predictions
 */
export async function finishedFold(
  run: string,
  fold: string,
  classes: readonly string[],
): Promise<FinishedFold | undefined> {
  const finished = await readFold(run, fold, classes);
  const paths = runPaths(run);
  const bytes = finished?.checkpoint && (await readIfThere(paths.checkpoint(fold)));
  if (bytes && sha256Of(bytes) !== finished.checkpoint)
    throw new AttuneError(
      'run',
      `${paths.checkpoint(fold)} is not the checkpoint that fold ${fold} was scored with. Put back a good copy, or delete it and ${paths.fold(fold)} to have the fold trained again.`,
    );
  return finished;
}

/**
 * Ends a run whose folds are done: notes it in the log, and hashes every file that stays as it is. A run that was ended before in the same
 * environment stays as it is.
 *
 * @param page makes the report, where the run has one
 * @throws AttuneError `run` where an epoch's scores are damaged
 */
export async function endRun(
  run: string,
  folds: readonly string[],
  options: RunOptions,
  page?: (told: { readonly log: readonly LogEntry[]; readonly hashes: Hashes }) => string,
): Promise<void> {
  await checkEpochs(run, folds, options);
  const recorded = await readHashes(run);
  const last = (await readLog(run)).at(-1);
  const here = environment();
  if (last?.event !== 'end' || !last.environment || differences(last.environment, here).length) {
    await hashStart(run);
    appendLog(run, { event: 'end', time: new Date().toISOString(), environment: here });
  }
  const files = finalFiles(run, folds, options);
  const now = await hashesOf(run, files);
  const names = files.map((file) => nameIn(run, file)).filter((name) => now[name] ?? recorded?.[name]);
  const hashes = Object.fromEntries(names.map((name) => [name, now[name] ?? recorded![name]!])); // what was left out when the run was passed on stays known
  if (!page) return writeHashes(run, hashes);
  const report = page({ log: await readLog(run), hashes });
  const { report: path } = runPaths(run);
  await writeWhole(path, report);
  await writeHashes(run, { ...hashes, [nameIn(run, path)]: sha256Of(report) });
}

/** Reads what was scored after each epoch, whose digests tell of damage. */
async function checkEpochs(
  run: string,
  folds: readonly string[],
  { scoreEveryEpoch, schedule, ...options }: RunOptions,
): Promise<void> {
  if (!scoreEveryEpoch) return;
  for (const fold of folds)
    for (let epoch = 1; epoch <= schedule.epochs; epoch++) await readEpoch(run, fold, epoch, classesOf(options));
}
