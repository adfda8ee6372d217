import { EMOTIONS } from '../../src/corpus/emotions.ts';
import type { Prediction } from '../../src/statistics/prediction.ts';

/** A prediction that is certain of `predicted`. */
export function predict(
  utterance: string,
  speaker: string,
  emotion: string,
  predicted: string,
  fold = speaker,
  classes: readonly string[] = EMOTIONS,
): Prediction {
  const probabilities = classes.map((name) => (name === predicted ? 1 : 0));
  return { utterance, speaker, fold, emotion, predicted, probabilities };
}
