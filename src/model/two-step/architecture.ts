import * as v from 'valibot';
import { faultAt, type Properties, type Schema, whole, within } from '../../json.ts';
import { CNN_LSTM_SIZES, type CnnLstmArchitecture, DEFAULT_CNN_LSTM } from '../cnn-lstm/architecture.ts';

/** What a two-step predictor is built from: two networks of Satt et al. 2017, one for neutral or not, one for which of the others. */
export interface TwoStepArchitecture extends Omit<CnnLstmArchitecture, 'kind'> {
  /** what tells the family */
  readonly kind: 'two-step';
  /** length of the logits, 3 to 1000 */
  readonly classes: number;
  /** index of the class that step one asks for, 0 to classes - 1 */
  readonly neutral: number;
  /** the answer is neutral where step one gives it this probability or more, 0 to 1 */
  readonly threshold: number;
}

/** For the default four classes, before spectrograms of 3 s with bins of 20 Hz. */
export const DEFAULT_TWO_STEP: TwoStepArchitecture = {
  ...DEFAULT_CNN_LSTM,
  ...{ kind: 'two-step', neutral: 0, threshold: 0.5 },
};

/** In the config of a run and the metadata of a checkpoint. */
export const TWO_STEP_ARCHITECTURE: Schema<TwoStepArchitecture> = v.pipe(
  v.strictObject({
    ...{ kind: v.literal('two-step'), classes: whole(3, 1000), neutral: whole(0, 999), threshold: within(0, 1) },
    ...CNN_LSTM_SIZES,
  } satisfies Properties<TwoStepArchitecture>),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const { classes, neutral } = dataset.value;
    if (neutral >= classes)
      addIssue(faultAt(dataset.value, 'neutral', `at most ${classes - 1}, the index of the last class`));
  }),
);
