import * as v from 'valibot';
import { list, type Properties, type Schema, whole, within } from '../json.ts';
import type { Chosen } from '../train/learners/elm-settings.ts';

/** How the threshold of a two-step predictor is chosen by training speakers alone, in place of the one that its architecture has. */
export interface ThresholdTuning {
  /** what is tried, each 0 to 1; of equally good ones the first is taken */
  readonly thresholds: readonly number[];
  /** groups of training speakers, 2 to 1000, each left out once to choose by; fewer where there are fewer speakers */
  readonly innerFolds: number;
}

/** What of {@link ThresholdTuning} a fold chose by its training speakers alone. */
export interface ChosenThreshold {
  readonly threshold: number;
  /** in order, each with its UA on the speakers who were left out */
  readonly tried: readonly TriedThreshold[];
}

/** A threshold that was tried. */
export interface TriedThreshold {
  readonly threshold: number;
  /** [0, 1] */
  readonly ua: number;
}

/** What each fold of a run chose by its training speakers alone. */
export type ChosenByFold = ReadonlyMap<string, Chosen | ChosenThreshold>;

/** Of folds that are done, in order; undefined where they choose nothing. */
export function chosenOfFolds(
  folds: readonly string[],
  finished: readonly { readonly chosen?: Chosen | ChosenThreshold }[],
): ChosenByFold | undefined {
  const chosen = folds.flatMap((fold, i) => (finished[i]?.chosen ? [[fold, finished[i].chosen] as const] : []));
  return chosen.length ? new Map(chosen) : undefined;
}

/** From an even chance outwards, so that of equally good thresholds the one nearest to it is taken. */
export const DEFAULT_TUNING: ThresholdTuning = {
  thresholds: [0.5, 0.45, 0.55, 0.4, 0.6, 0.35, 0.65, 0.3, 0.7, 0.25, 0.75, 0.2, 0.8],
  innerFolds: 3,
};

/** In the config of a run. */
export const TUNING: Schema<ThresholdTuning> = v.strictObject({
  thresholds: v.pipe(list(within(0, 1), 1000), v.minLength(1, 'a list of one or more')),
  innerFolds: whole(2, 1000),
} satisfies Properties<ThresholdTuning>);

/** In the result of a fold. */
export const CHOSEN_THRESHOLD: Schema<ChosenThreshold> = v.object({
  threshold: within(0, 1),
  tried: list(v.object({ threshold: within(0, 1), ua: within(0, 1) } satisfies Properties<TriedThreshold>)),
} satisfies Properties<ChosenThreshold>);
