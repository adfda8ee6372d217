import * as v from 'valibot';
import { CLASS } from '../corpus/classes.ts';
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
  readonly emotion: string;
  /** the class of the greatest probability; of equals, the first; of a two-step predictor, what its threshold says */
  readonly predicted: string;
  /** one a class, in the order of the run's classes; mean over the utterance's segments */
  readonly probabilities: readonly number[];
}

/** Predictions of any classes. */
export const PREDICTIONS: Schema<Prediction[]> = listOf(CLASS, v.array(within(0, 1)));

/** Content of `epochs/FOLD/EPOCH.json`, and of `folds/FOLD.json` in runs of older versions, where a run has these classes. */
export const predictionsOf = (classes: readonly string[]): Schema<Prediction[]> =>
  listOf(v.picklist(classes), v.pipe(v.array(within(0, 1)), v.length(classes.length, `a list of ${classes.length}`)));

function listOf(emotion: Schema<string>, probabilities: Schema<number[]>): Schema<Prediction[]> {
  return list(
    v.object({
      ...{ utterance: name, speaker: name, fold: name, emotion, predicted: emotion, probabilities },
    } satisfies Properties<Prediction>),
  );
}
