import * as v from 'valibot';
import { byCodeUnits } from '../corpus/adapter.ts';
import { CLASSES } from '../corpus/classes.ts';
import { EMOTIONS } from '../corpus/emotions.ts';
import { checkArgument } from '../json.ts';
import { mean, sum } from './confusion.ts';
import { type Prediction, predictionsOf } from './prediction.ts';

/** How well probabilities say how often a system is right. */
export interface Calibration {
  /** from the least confident utterances to the most; at most ten, whose counts differ by one at most */
  readonly bins: readonly CalibrationBin[];
  /**
   * Expected calibration error, in [0, 1]: the mean over utterances of |accuracy - mean confidence| of their bin. Guo et al. (2017), On
   * Calibration of Modern Neural Networks, section 2; bins of equal counts as in Nguyen and O'Connor (2015), Posterior Calibration and
   * Exploratory Analysis for Natural Language Processing Models.
   */
  readonly ece: number;
  /**
   * Brier score, in [0, 2]: the mean over utterances of the squared distance of the probabilities from 1 for the true class and 0 for
   * the others. Brier (1950), Verification of Forecasts Expressed in Terms of Probability, Monthly Weather Review 78;
   * scikit-learn's brier_score_loss for several classes.
   */
  readonly brier: number;
  /**
   * Negative log-likelihood, nats an utterance: the mean of -ln of the true class's probability, taken as at least 5e-7. Guo et al. (2017),
   * section 2; scikit-learn's log_loss.
   */
  readonly nll: number;
}

/** Utterances of about the same confidence. */
export interface CalibrationBin {
  /** the number of utterances */
  readonly count: number;
  /** mean probability of the class that was recognised, [0, 1] */
  readonly meanConfidence: number;
  /** the part of them that is right, [0, 1]; equal to `meanConfidence` where the system is calibrated */
  readonly accuracy: number;
}

/** Half of the last decimal that `predictions.csv` keeps: a class that is called impossible there may have had as much. */
const LEAST = 5e-7;

const BINS = 10;

/**
 * Calibration of probabilities over all predictions, in any order. Confidence is the probability of the recognised class; utterances of
 * equal confidence go by their name. Brier score and log-likelihood agree with scikit-learn's (checked with version 1.9.1 on a run of EmoDB).
 *
 * @param predictions at least one
 * @param classes of the run, in the order of the probabilities
 * @throws AttuneError `usage` where they are none
 *
 * @example
 * ```ts
 * import { calibrationOf, type Prediction } from 'attune/node';
 *
 * const prediction: Prediction = {
 *   ...{ utterance: '03a01Wa', speaker: '03', fold: '03', emotion: 'angry', predicted: 'angry' },
 *   probabilities: [0.1, 0.1, 0.7, 0.1],
 * };
 * const { ece, brier, nll } = calibrationOf([prediction]); // in practice: of all that readPredictions reads
 * console.log(ece.toFixed(2)); // 0.30
 * console.log(brier.toFixed(2)); // 0.12
 * console.log(nll.toFixed(2)); // 0.36
 * ```
 */
export function calibrationOf(predictions: readonly Prediction[], classes: readonly string[] = EMOTIONS): Calibration {
  checkArgument(classes, CLASSES, 'the classes');
  checkArgument(
    predictions,
    v.pipe(predictionsOf(classes), v.minLength(1, 'at least one prediction')),
    'the predictions',
  );
  const index = new Map(classes.map((name, c) => [name, c]));
  const probabilityOf = (name: string, probabilities: readonly number[]) => probabilities[index.get(name)!]!;
  const confidenceOf = ({ predicted, probabilities }: Prediction) => probabilityOf(predicted, probabilities);
  const squaredDistance = ({ emotion, probabilities }: Prediction) =>
    sum(classes.map((name, c) => (probabilities[c]! - Number(name === emotion)) ** 2));
  const ascending = [...predictions].sort(
    (a, b) => confidenceOf(a) - confidenceOf(b) || byCodeUnits(a.utterance, b.utterance),
  );
  const bins = equalParts(ascending, Math.min(BINS, ascending.length)).map((part) => ({
    count: part.length,
    meanConfidence: mean(part.map(confidenceOf)),
    accuracy: mean(part.map(({ emotion, predicted }) => Number(emotion === predicted))),
  }));
  const gaps = bins.map(({ count, accuracy, meanConfidence }) => count * Math.abs(accuracy - meanConfidence));
  return {
    bins,
    ece: sum(gaps) / ascending.length,
    brier: mean(ascending.map(squaredDistance)),
    nll: mean(
      ascending.map(({ emotion, probabilities }) => -Math.log(Math.max(LEAST, probabilityOf(emotion, probabilities)))),
    ),
  };
}

/** In their order; where they do not divide, the first parts hold one more. */
function equalParts<T>(items: readonly T[], parts: number): T[][] {
  const [size, more] = [Math.floor(items.length / parts), items.length % parts];
  const startOf = (part: number) => part * size + Math.min(part, more);
  return Array.from({ length: parts }, (_, part) => items.slice(startOf(part), startOf(part + 1)));
}
