import { TRAINED_ON_ALL, trainedOnAll } from '../corpus/protocols.ts';
import { runPaths } from './run-folder.ts';
import { type TrainingRun, trainFolds } from './train-folds.ts';

/**
 * Trains one network on every recording of a corpus, for use: nothing is left to test it on, so that it has no figures of its own. What
 * it can be expected to do, a cross-validation with the same options tells.
 *
 * @param given its protocol must be `train-on-all`
 * @returns the path of the checkpoint
 * @throws AttuneError as `crossValidate` does
 */
export async function trainOnAll(given: TrainingRun): Promise<string> {
  await trainFolds(given, trainedOnAll(given.corpus));
  return runPaths(given.out).checkpoint(TRAINED_ON_ALL);
}
