import * as v from 'valibot';
import { EMOTIONS, type Emotion } from '../corpus/emotions.ts';
import { list, name, type Properties, type Schema, within } from '../json.ts';

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

/** Content of `epochs/FOLD/EPOCH.json`, and of `folds/FOLD.json` in runs of older versions. */
export const PREDICTIONS: Schema<Prediction[]> = list(
  v.object({
    ...{ utterance: name, speaker: name, fold: name, emotion: v.picklist(EMOTIONS), predicted: v.picklist(EMOTIONS) },
    probabilities: v.pipe(v.array(within(0, 1)), v.length(EMOTIONS.length, `a list of ${EMOTIONS.length}`)),
  } satisfies Properties<Prediction>),
);
