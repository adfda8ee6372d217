import type { Emotion } from '../corpus/emotions.ts';

/** What a model that never heard the speaker says of one utterance: a row of `predictions.csv`. */
export interface Prediction {
  /** the utterance's id */
  readonly utterance: string;
  /** who speaks; intervals and permutations are over speakers */
  readonly speaker: string;
  /** name of the fold that tested it, and so of the checkpoint that scored it */
  readonly fold: string;
  /** the true class */
  readonly emotion: Emotion;
  /** the class of the greatest probability; of equals, the first */
  readonly predicted: Emotion;
  /** `[4]`, in the order of EMOTIONS; mean over the utterance's segments */
  readonly probabilities: readonly number[];
}
