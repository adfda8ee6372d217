import { classesOf } from '../../corpus/classes.ts';
import { AttuneError } from '../../errors.ts';
import type { RunOptions } from '../../run/run-files.ts';
import { runPaths } from '../../run/run-folder.ts';
import { readEpoch } from '../../run/sealed-files.ts';
import { confusionOf, scoresOf } from '../../statistics/confusion.ts';
import type { Prediction } from '../../statistics/prediction.ts';

/** What the test utterances of each fold are taken for after each epoch, from the first on; as many epochs in every fold. */
export type EpochsOfFolds = ReadonlyMap<string, readonly (readonly Prediction[])[]>;

/** Epochs chosen by their UA on test data, which spoils every figure that follows. */
export interface ChosenEpochs {
  /** counted from 1 */
  readonly epochs: readonly { readonly fold: string; readonly epoch: number }[];
  /** of all folds, each after its chosen epoch */
  readonly predictions: readonly Prediction[];
}

/** In each fold the epoch of the highest UA on the fold's own test utterances; of equals, the first. */
export function bestOfEachFold(folds: EpochsOfFolds, classes: readonly string[]): ChosenEpochs {
  return chosen(folds, (epochs) => best(epochs.map((predictions) => uaOf(predictions, classes))));
}

/** One epoch for all folds: that of the highest UA, pooled over folds; of equals, the first. */
export function bestForAll(folds: EpochsOfFolds, classes: readonly string[]): ChosenEpochs {
  const all = [...folds.values()];
  const pooled = all[0]!.map((_, epoch) =>
    uaOf(
      all.flatMap((epochs) => epochs[epoch]!),
      classes,
    ),
  );
  const common = best(pooled);
  return chosen(folds, () => common);
}

function chosen(folds: EpochsOfFolds, choose: (epochs: readonly (readonly Prediction[])[]) => number): ChosenEpochs {
  const indexes = [...folds].map(([fold, epochs]) => ({ fold, epochs, index: choose(epochs) }));
  return {
    epochs: indexes.map(({ fold, index }) => ({ fold, epoch: index + 1 })),
    predictions: indexes.flatMap(({ epochs, index }) => epochs[index]!),
  };
}

const uaOf = (predictions: readonly Prediction[], classes: readonly string[]): number =>
  scoresOf(confusionOf(predictions, classes)).ua;

const best = (values: readonly number[]): number => values.indexOf(Math.max(...values));

/**
 * Reads what a run with `scoreEveryEpoch` wrote down.
 *
 * @param options how many epochs each fold has, and the classes of the run
 * @throws AttuneError `run` where an epoch is missing or damaged
 */
export async function readEpochs(
  run: string,
  folds: readonly string[],
  { schedule: { epochs }, ...options }: Pick<RunOptions, 'schedule' | 'classes'>,
): Promise<EpochsOfFolds> {
  const classes = classesOf(options);
  const read = async (fold: string, epoch: number) => {
    const predictions = await readEpoch(run, fold, epoch, classes);
    if (predictions) return predictions;
    const path = runPaths(run).epoch(fold, epoch);
    throw new AttuneError('run', `${path} is missing: put it back, or delete ${run} to have it trained again`);
  };
  const all = folds.map(async (fold) => {
    const numbers = Array.from({ length: epochs }, (_, i) => i + 1);
    return [fold, await Promise.all(numbers.map((epoch) => read(fold, epoch)))] as const;
  });
  return new Map(await Promise.all(all));
}
