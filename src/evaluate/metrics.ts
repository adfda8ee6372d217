import { byCodeUnits } from '../corpus/adapter.ts';
import { EMOTIONS, type Emotion } from '../corpus/emotions.ts';
import { AttuneError } from '../errors.ts';
import { type BootstrapOptions, bootstrapSpeakers, type Intervals } from './bootstrap.ts';
import {
  type ClassScores,
  type Confusion,
  classScoresOf,
  confusionOf,
  mean,
  type Scores,
  scoresOf,
} from './confusion.ts';
import type { Prediction } from './prediction.ts';

/** What `metrics.json` holds. `wa`, `ua` and `macroF1` are pooled: of all folds' predictions taken together. */
export interface Metrics extends Scores {
  /** each fold's own figures, averaged, each fold weighing the same */
  readonly meanOfFolds: Scores & {
    /** classes without a true utterance in a fold, by fold; the fold's UA and macro-F1 are means over the others */
    readonly foldsLackingAClass: Readonly<Record<string, readonly Emotion[]>>;
  };
  /** of the pooled figures */
  readonly intervals: Intervals;
  /** pooled */
  readonly confusion: Confusion;
  /** pooled */
  readonly perClass: Readonly<Record<Emotion, ClassScores>>;
  /** sorted by speaker */
  readonly perSpeaker: readonly SpeakerScores[];
  /** the number of utterances */
  readonly utterances: number;
  /** the number of speakers */
  readonly speakers: number;
  /** the number of folds */
  readonly folds: number;
  /** the order of rows and columns */
  readonly emotions: typeof EMOTIONS;
}

export interface SpeakerScores {
  readonly speaker: string;
  /** the number of utterances */
  readonly utterances: number;
  readonly wa: number;
  /** over the classes of which this speaker has an utterance */
  readonly ua: number;
}

/**
 * All figures of a cross-validation, from its predictions in any order.
 *
 * @param options of the intervals
 * @throws AttuneError `run` where there is no prediction
 */
export function metricsOf(predictions: readonly Prediction[], options: BootstrapOptions): Metrics {
  if (!predictions.length) throw new AttuneError('run', 'there is no prediction to evaluate: let a fold finish first');
  const confusion = confusionOf(predictions);
  const speakers = groupBy(predictions, ({ speaker }) => speaker);
  const folds = groupBy(predictions, ({ fold }) => fold);
  const classes = classScoresOf(confusion);
  return {
    ...scoresOf(confusion),
    meanOfFolds: meanOfFolds(folds),
    intervals: bootstrapSpeakers([...speakers.values()].map(confusionOf), options),
    confusion,
    perClass: Object.fromEntries(EMOTIONS.map((emotion, c) => [emotion, classes[c]])) as Record<Emotion, ClassScores>,
    perSpeaker: [...speakers].map(([speaker, own]) => {
      const { wa, ua } = scoresOf(confusionOf(own));
      return { speaker, utterances: own.length, wa, ua };
    }),
    utterances: predictions.length,
    speakers: speakers.size,
    folds: folds.size,
    emotions: EMOTIONS,
  };
}

function meanOfFolds(folds: ReadonlyMap<string, readonly Prediction[]>): Metrics['meanOfFolds'] {
  const confusions = [...folds].map(([fold, own]) => ({ fold, confusion: confusionOf(own) }));
  const scores = confusions.map(({ confusion }) => scoresOf(confusion));
  const lacking = confusions.map(({ fold, confusion }) => {
    const classes = classScoresOf(confusion);
    return [fold, EMOTIONS.filter((_, c) => !classes[c]!.support)] as const;
  });
  return {
    wa: mean(scores.map(({ wa }) => wa)),
    ua: mean(scores.map(({ ua }) => ua)),
    macroF1: mean(scores.map(({ macroF1 }) => macroF1)),
    foldsLackingAClass: Object.fromEntries(lacking.filter(([, classes]) => classes.length)),
  };
}

/** Predictions by key, sorted by key, so that no figure depends on the order of the predictions. */
function groupBy(predictions: readonly Prediction[], key: (prediction: Prediction) => string) {
  const groups = new Map<string, Prediction[]>();
  for (const name of [...new Set(predictions.map(key))].sort(byCodeUnits)) groups.set(name, []);
  for (const prediction of predictions) groups.get(key(prediction))!.push(prediction);
  return groups;
}
