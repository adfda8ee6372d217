import type { Prediction } from './prediction.ts';

/** `[true][predicted]`, counts of utterances; rows and columns in the order of the run's classes. */
export type Confusion = readonly (readonly number[])[];

/** The three figures of one confusion matrix, each in [0, 1]. */
export interface Scores {
  /** weighted accuracy: the part of all utterances that is right (section 3.1) */
  readonly wa: number;
  /** unweighted accuracy: mean recall of the classes with at least one true utterance (section 3.1) */
  readonly ua: number;
  /** mean F1 of the same classes */
  readonly macroF1: number;
}

export function confusionOf(predictions: readonly Prediction[], classes: readonly string[]): Confusion {
  const counts = classes.map(() => classes.map(() => 0));
  const index = new Map(classes.map((name, c) => [name, c]));
  for (const { emotion, predicted } of predictions) counts[index.get(emotion)!]![index.get(predicted)!]!++;
  return counts;
}

/** The sum of at least one confusion matrix. */
export function total(confusions: readonly Confusion[]): Confusion {
  const counts = confusions[0]!.map((row) => row.map(() => 0));
  for (const confusion of confusions)
    for (const [t, row] of confusion.entries()) for (const [p, count] of row.entries()) counts[t]![p]! += count;
  return counts;
}

/** One class of a confusion matrix. */
export interface ClassScores {
  /** null where no utterance is truly of the class */
  readonly recall: number | null;
  /** null where no utterance was taken for the class */
  readonly precision: number | null;
  /** 2 hits / (support + predicted): 0 where there is no hit; null where no utterance is truly of the class */
  readonly f1: number | null;
  /** utterances that are truly of the class */
  readonly support: number;
}

/** One entry a class. */
export function classScoresOf(confusion: Confusion): ClassScores[] {
  return confusion.map((row, c) => {
    const hits = row[c]!;
    const support = sum(row);
    const predicted = sum(confusion.map((other) => other[c]!));
    return {
      recall: support ? hits / support : null,
      precision: predicted ? hits / predicted : null,
      f1: support ? (2 * hits) / (support + predicted) : null,
      support,
    };
  });
}

/** WA, UA and macro-F1 of a confusion matrix that counts at least one utterance. */
export function scoresOf(confusion: Confusion): Scores {
  const classes = classScoresOf(confusion).filter(({ support }) => support);
  return {
    wa: sum(confusion.map((row, c) => row[c]!)) / sum(classes.map(({ support }) => support)),
    ua: mean(classes.map(({ recall }) => recall!)),
    macroF1: mean(classes.map(({ f1 }) => f1!)),
  };
}

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

export const mean = (values: readonly number[]): number => sum(values) / values.length;
