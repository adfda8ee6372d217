import { EMOTIONS, type Emotion } from '../../src/corpus/emotions.ts';
import type { Prediction } from '../../src/statistics/prediction.ts';

/** A prediction that is certain of `predicted`. */
export function predict(
  utterance: string,
  speaker: string,
  emotion: Emotion,
  predicted: Emotion,
  fold = speaker,
): Prediction {
  const probabilities = EMOTIONS.map((name) => (name === predicted ? 1 : 0));
  return { utterance, speaker, fold, emotion, predicted, probabilities };
}
