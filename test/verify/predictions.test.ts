import { expect, it } from 'vitest';
import { DEFAULT_TWO_STEP } from '../../src/model/two-step/architecture.ts';
import type { FinishedRun } from '../../src/verify/doubted-run.ts';
import { checkProbabilities } from '../../src/verify/predictions.ts';

/** Of a run of a two-step predictor, as far as it is looked at. */
const runOf = (threshold: number, predicted: string, probabilities: readonly number[]) =>
  ({
    config: { options: { architecture: { ...DEFAULT_TWO_STEP, threshold } } },
    predictions: [{ utterance: 'u', speaker: 's', fold: 's', emotion: 'sad', predicted, probabilities }],
  }) as unknown as FinishedRun;

it.each<[string, number, string, readonly number[], string | undefined]>([
  ['the likeliest of the others below the threshold, though neutral is likelier', 0.5, 'sad', [0.4, 0.2, 0.1, 0.3], ''],
  ['neutral there', 0.5, 'neutral', [0.4, 0.2, 0.1, 0.3], 'sad by the rule of its network'],
  ['another of the others', 0.5, 'happy', [0.4, 0.2, 0.1, 0.3], 'sad by the rule of its network'],
  ['neutral from the threshold on, though another is likelier', 0.3, 'neutral', [0.3, 0.1, 0.1, 0.5], ''],
  ['another there', 0.3, 'sad', [0.4, 0, 0, 0.6], 'neutral by the rule of its network'],
  ['either where rounding hides which it was', 0.3, 'sad', [0.3, 0, 0, 0.7], ''],
])('where step one decides, verify takes or finds %s', async (_, threshold, predicted, probabilities, finding) => {
  const [statement] = await checkProbabilities(runOf(threshold, predicted, probabilities));
  expect(statement).toEqual(
    finding
      ? { result: 'differs', text: `u: predicted is ${predicted} in predictions.csv, ${finding}` }
      : { result: 'agrees', text: 'every predicted class is the one that the rule of its network gives' },
  );
});
