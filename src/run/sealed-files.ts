import { AttuneError } from '../errors.ts';
import { anything, checkJson, type Schema } from '../json.ts';
import { isSealed, seal } from '../sealed.ts';
import { type Prediction, predictionsOf } from '../statistics/prediction.ts';
import type { FinishedFold } from './run-files.ts';
import { readJson, runPaths, writeJson } from './run-folder.ts';
import { finishedFoldOf } from './run-schemas.ts';

/** Writes down that a fold is done. */
export const writeFold = (run: string, fold: string, finished: FinishedFold): Promise<void> =>
  writeJson(runPaths(run).fold(fold), seal(`fold ${fold}`, finished));

/**
 * What a fold that is done left behind, or undefined where it is not.
 *
 * @param classes of the run
 * @throws AttuneError `run` where its file is damaged or another fold's
 */
export async function readFold(
  run: string,
  fold: string,
  classes: readonly string[],
): Promise<FinishedFold | undefined> {
  const path = runPaths(run).fold(fold);
  const read = {
    path,
    name: `fold ${fold}`,
    remedy: 'Put back a good copy, or delete it to have the fold trained again.',
  };
  return readSealed(read, classes, finishedFoldOf(classes), (predictions) => ({ predictions }));
}

const epochName = (fold: string, epoch: number) => `epoch ${epoch} of fold ${fold}`;

/** Writes down what a fold's test utterances score after an epoch. */
export const writeEpoch = (run: string, fold: string, epoch: number, predictions: readonly Prediction[]) =>
  writeJson(runPaths(run).epoch(fold, epoch), seal(epochName(fold, epoch), predictions));

/**
 * What a fold's test utterances score after an epoch, or undefined where that was not written down.
 *
 * @throws AttuneError `run` where its file is damaged or another epoch's
 */
export async function readEpoch(
  run: string,
  fold: string,
  epoch: number,
  classes: readonly string[],
): Promise<readonly Prediction[] | undefined> {
  const paths = runPaths(run);
  const remedy = `Put back a good copy, or delete ${paths.fold(fold)} and the checkpoint to have the fold trained again.`;
  const read = { path: paths.epoch(fold, epoch), name: epochName(fold, epoch), remedy };
  return readSealed(read, classes, predictionsOf(classes), (predictions) => predictions);
}

interface Sealing {
  readonly path: string;
  /** under which it was sealed */
  readonly name: string;
  /** what to do about a damaged one, a sentence */
  readonly remedy: string;
}

/** @param older what the predictions alone are, which older versions wrote without a digest */
async function readSealed<T>(
  { path, name, remedy }: Sealing,
  classes: readonly string[],
  schema: Schema<T>,
  older: (predictions: readonly Prediction[]) => T,
): Promise<T | undefined> {
  const value = await readJson(path, anything, remedy);
  if (value === undefined) return undefined;
  const origin = { name: path, code: 'run', remedy } as const;
  if (Array.isArray(value)) return older(checkJson(value, predictionsOf(classes), origin));
  if (isSealed(name, value)) return checkJson(value.content, schema, origin);
  throw new AttuneError(
    'run',
    `${path} is not what was written of ${name}: its digest is not that of its content. ${remedy}`,
  );
}
