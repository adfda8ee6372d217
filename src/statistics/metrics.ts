import * as v from 'valibot';
import { made, type Options } from '../arguments.ts';
import { CLASSES } from '../corpus/classes.ts';
import { EMOTIONS } from '../corpus/emotions.ts';
import type { Contamination, Leak } from '../corpus/leaks.ts';
import { AttuneError } from '../errors.ts';
import { checkArgument, list, SEED, whole } from '../json.ts';
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
import { groupBy } from './group.ts';
import { jackknifeSpeakers } from './jackknife.ts';
import { type Prediction, predictionsOf } from './prediction.ts';

/** What `metrics.json` holds. `wa`, `ua` and `macroF1` are pooled: of all folds' predictions taken together. */
export interface Metrics extends Scores {
  /** what stands on both sides of folds, so that no figure here tells of new speakers; absent where nothing does */
  readonly leaks?: Leak;
  /** `unknown` where the weights that the folds started from, or their speech encoder, do not say what they were trained on; absent: they do, or there are none */
  readonly contamination?: Contamination;
  /** each fold's own figures, averaged, each fold weighing the same */
  readonly meanOfFolds: Scores & {
    /** classes without a true utterance in a fold, by fold; the fold's UA and macro-F1 are means over the others */
    readonly foldsLackingAClass: Readonly<Record<string, readonly string[]>>;
  };
  /** of the pooled figures */
  readonly intervals: Intervals;
  /** pooled */
  readonly confusion: Confusion;
  /** pooled, by class */
  readonly perClass: Readonly<Record<string, ClassScores>>;
  /** sorted by speaker */
  readonly perSpeaker: readonly SpeakerScores[];
  /** sorted by gender; absent where no speaker's is known */
  readonly perGender?: readonly GenderScores[];
  /** in the order of the run, of those of which an utterance is tested; absent where one corpus is tested */
  readonly perCorpus?: readonly CorpusScores[];
  /** the number of utterances */
  readonly utterances: number;
  /** the number of speakers */
  readonly speakers: number;
  /** the number of folds */
  readonly folds: number;
  /** the classes, in the order of rows and columns */
  readonly emotions: readonly string[];
}

/** Pooled figures of one speaker. */
export interface SpeakerScores {
  /** as the corpus names him or her */
  readonly speaker: string;
  /** the number of utterances */
  readonly utterances: number;
  /** weighted accuracy, [0, 1]: the part of these utterances that is right */
  readonly wa: number;
  /** unweighted accuracy, [0, 1]: mean recall over the classes of which this speaker has an utterance */
  readonly ua: number;
}

/** Of a speaker, where the corpus tells it. */
export type Gender = 'female' | 'male';

/** Pooled figures of all speakers of a gender. */
export interface GenderScores extends Scores {
  /** whose figures these are */
  readonly gender: Gender;
  /** the number of speakers; those whose gender is not known are in no group */
  readonly speakers: number;
  /** the number of utterances */
  readonly utterances: number;
  /** of these figures, over the speakers of the gender; null below six of them */
  readonly intervals: Intervals;
}

/** Pooled figures of one corpus of several that are tested. */
export interface CorpusScores extends Scores {
  /** its label in the run, which stands before the ids of its utterances */
  readonly corpus: string;
  /** the number of speakers */
  readonly speakers: number;
  /** the number of utterances */
  readonly utterances: number;
}

/** Of which classes metrics are, how their intervals are drawn, who is a woman or a man, and what leaks. */
export interface MetricsOptions extends BootstrapOptions {
  /** of the run, in the order of the probabilities; default: the four of {@link EMOTIONS} */
  readonly classes?: readonly string[];
  /** by speaker, as far as they are known, as {@link gendersOf} gives them; absent: no figures by gender */
  readonly genders?: ReadonlyMap<string, Gender>;
  /** labels of the corpora that are tested, where they are several: `emodb` of the utterance `emodb/03a01Wa`; absent: one corpus */
  readonly corpora?: readonly string[];
  /** what stands on both sides of the folds, to be said with the figures; absent: nothing */
  readonly leaks?: Leak;
  /** whether the weights that folds started from, or their speech encoder, do not say what they were trained on; absent: they do, or there are none */
  readonly contamination?: Contamination;
}

const SPEAKERS = list(v.looseObject({ speaker: v.string(), gender: v.optional(v.picklist(['female', 'male'])) }));
const OPTIONS = v.strictObject({
  ...{ classes: v.optional(CLASSES), seed: SEED, draws: v.optional(whole(1)) },
  genders: v.optional(made<ReadonlyMap<string, Gender>>('Map')),
  corpora: v.optional(list(v.string())),
  leaks: v.optional(v.picklist(['speakers', 'recordings'])),
  contamination: v.optional(v.literal('unknown')),
} satisfies Options<MetricsOptions>);

/**
 * The gender of each speaker for whom the manifest of a run tells it.
 *
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises';
 * import { gendersOf, type Manifest, metricsOf, readPredictions } from 'attune/node';
 *
 * const manifest: Manifest = JSON.parse(await readFile('runs/emodb/manifest.json', 'utf8'));
 * const predictions = await readPredictions('runs/emodb/predictions.csv');
 * const { perGender = [] } = metricsOf(predictions, { seed: 1, genders: gendersOf(manifest.recordings) });
 * for (const { gender, speakers, ua } of perGender) console.log(`${speakers} ${gender} speakers: UA ${ua.toFixed(3)}`);
 * ```
 */
export function gendersOf(
  recordings: readonly { readonly speaker: string; readonly gender?: Gender }[],
): ReadonlyMap<string, Gender> {
  checkArgument(recordings, SPEAKERS, 'the recordings');
  return new Map(recordings.flatMap(({ speaker, gender }) => (gender ? [[speaker, gender] as const] : [])));
}

/**
 * All figures of a cross-validation, from its predictions in any order. With genders there are figures by gender too, and all others
 * are the same as without.
 *
 * WA, UA, macro-F1, the confusion matrix and the figures of each class agree with scikit-learn's accuracy_score,
 * balanced_accuracy_score, f1_score, confusion_matrix and precision_recall_fscore_support (checked with version 1.9.1 on made data and
 * on a run of EmoDB).
 *
 * @param options the classes, and how intervals are drawn
 * @throws AttuneError `run` where there is no prediction
 *
 * @example
 * ```ts
 * import { metricsOf, type Prediction } from 'attune/node';
 *
 * const sure = { angry: [0.1, 0.1, 0.7, 0.1], sad: [0.1, 0.1, 0.1, 0.7] };
 * const predictions: Prediction[] = [
 *   { utterance: '03a01Wa', speaker: '03', fold: '03', emotion: 'angry', predicted: 'angry', probabilities: sure.angry },
 *   { utterance: '03a01Ta', speaker: '03', fold: '03', emotion: 'sad', predicted: 'sad', probabilities: sure.sad },
 *   { utterance: '08a01Tb', speaker: '08', fold: '08', emotion: 'sad', predicted: 'angry', probabilities: sure.angry },
 * ];
 * const { wa, ua, intervals } = metricsOf(predictions, { seed: 1 }); // in practice: of all that readPredictions reads
 * console.log(wa.toFixed(3), ua.toFixed(3)); // 0.667 0.750
 * console.log(intervals.note); // no intervals: they take at least 6 speakers, there are 2
 * ```
 */
export function metricsOf(predictions: readonly Prediction[], options: MetricsOptions): Metrics {
  checkArgument(options, OPTIONS, 'the options');
  const { classes: names = EMOTIONS } = options;
  checkArgument(predictions, predictionsOf(names), 'the predictions');
  if (!predictions.length) throw new AttuneError('run', 'there is no prediction to evaluate: let a fold finish first');
  const confusion = confusionOf(predictions, names);
  const speakers = groupBy(predictions, ({ speaker }) => speaker);
  const folds = groupBy(predictions, ({ fold }) => fold);
  const classes = classScoresOf(confusion);
  return {
    ...(options.leaks && { leaks: options.leaks }),
    ...(options.contamination && { contamination: options.contamination }),
    ...scoresOf(confusion),
    meanOfFolds: meanOfFolds(folds, names),
    intervals: intervalsOf([...speakers.values()], names, options),
    confusion,
    perClass: Object.fromEntries(names.map((emotion, c) => [emotion, classes[c]!])),
    perSpeaker: [...speakers].map(([speaker, own]) => {
      const { wa, ua } = scoresOf(confusionOf(own, names));
      return { speaker, utterances: own.length, wa, ua };
    }),
    ...perGender(predictions, names, options),
    ...perCorpus(predictions, names, options),
    utterances: predictions.length,
    speakers: speakers.size,
    folds: folds.size,
    emotions: names,
  };
}

/** Over speakers, given the predictions of each, sorted by speaker. */
function intervalsOf(
  bySpeaker: readonly (readonly Prediction[])[],
  classes: readonly string[],
  { seed, draws }: BootstrapOptions,
): Intervals {
  const confusions = bySpeaker.map((own) => confusionOf(own, classes));
  const drawn = bootstrapSpeakers(confusions, { seed, ...(draws !== undefined && { draws }) });
  return { ...drawn, jackknife: jackknifeSpeakers(confusions) };
}

function perGender(
  predictions: readonly Prediction[],
  classes: readonly string[],
  { genders, ...options }: MetricsOptions,
): Pick<Metrics, 'perGender'> {
  const known = predictions.filter(({ speaker }) => genders?.has(speaker));
  if (!known.length) return {};
  const groups = groupBy(known, ({ speaker }) => genders!.get(speaker)!);
  const scores = [...groups].map(([gender, own]) => {
    const speakers = groupBy(own, ({ speaker }) => speaker);
    return {
      gender: gender as Gender,
      speakers: speakers.size,
      utterances: own.length,
      ...scoresOf(confusionOf(own, classes)),
      intervals: intervalsOf([...speakers.values()], classes, options),
    };
  });
  return { perGender: scores };
}

function perCorpus(
  predictions: readonly Prediction[],
  classes: readonly string[],
  { corpora }: MetricsOptions,
): Pick<Metrics, 'perCorpus'> {
  if (!corpora) return {};
  const scores = corpora.flatMap((corpus) => {
    const own = predictions.filter(({ utterance }) => utterance.startsWith(`${corpus}/`));
    if (!own.length) return [];
    const speakers = new Set(own.map(({ speaker }) => speaker)).size;
    return { corpus, speakers, utterances: own.length, ...scoresOf(confusionOf(own, classes)) };
  });
  return { perCorpus: scores };
}

function meanOfFolds(
  folds: ReadonlyMap<string, readonly Prediction[]>,
  names: readonly string[],
): Metrics['meanOfFolds'] {
  const confusions = [...folds].map(([fold, own]) => ({ fold, confusion: confusionOf(own, names) }));
  const scores = confusions.map(({ confusion }) => scoresOf(confusion));
  const lacking = confusions.map(({ fold, confusion }) => {
    const classes = classScoresOf(confusion);
    return [fold, names.filter((_, c) => !classes[c]!.support)] as const;
  });
  return {
    wa: mean(scores.map(({ wa }) => wa)),
    ua: mean(scores.map(({ ua }) => ua)),
    macroF1: mean(scores.map(({ macroF1 }) => macroF1)),
    foldsLackingAClass: Object.fromEntries(lacking.filter(([, classes]) => classes.length)),
  };
}
