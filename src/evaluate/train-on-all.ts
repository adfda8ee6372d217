import { TRAINED_ON_ALL, trainedOnAll } from '../corpus/protocols.ts';
import { checkArgument } from '../json.ts';
import { endRun } from '../run/end-run.ts';
import { runPaths } from '../run/run-folder.ts';
import { trainFolds } from './train-folds.ts';
import { TRAINING_RUN, type TrainingRun } from './training-run.ts';

/**
 * Trains one network on every recording of a corpus, for use: nothing is left to test it on, so that it has no figures of its own. What
 * it can be expected to do, a cross-validation with the same options tells.
 *
 * @param given its protocol must be `train-on-all`
 * @returns the path of the checkpoint
 * @throws AttuneError as `crossValidate` does
 *
 * @example
 * ```ts
 * import { DEFAULT_ARCHITECTURE, DEFAULT_FRONT_END } from 'attune';
 * import { DEFAULT_OPTIMIZER, DEFAULT_SCHEDULE, readCorpus, trainOnAll } from 'attune/node';
 *
 * const checkpoint = await trainOnAll({
 *   corpus: await readCorpus('emodb'),
 *   out: 'runs/all',
 *   options: {
 *     protocol: 'train-on-all',
 *     architecture: DEFAULT_ARCHITECTURE,
 *     frontEnd: DEFAULT_FRONT_END,
 *     schedule: { ...DEFAULT_SCHEDULE, epochs: 2 }, // two, to see that it works
 *     optimizer: DEFAULT_OPTIMIZER,
 *     seed: 1,
 *     threads: 1,
 *   },
 *   jobs: 1,
 *   cache: 'cache',
 * });
 * console.log(checkpoint); // runs/all/checkpoints/all.safetensors
 * ```
 */
export async function trainOnAll(given: TrainingRun): Promise<string> {
  checkArgument(given, TRAINING_RUN, 'the training');
  const { config } = await trainFolds(given, trainedOnAll(given.corpus));
  await endRun(given.out, [TRAINED_ON_ALL], config.options);
  return runPaths(given.out).checkpoint(TRAINED_ON_ALL);
}
