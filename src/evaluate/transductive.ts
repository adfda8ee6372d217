import { classesOf } from '../corpus/classes.ts';
import type { Marks } from '../corpus/leaks.ts';
import { AttuneError } from '../errors.ts';
import { referenceOf } from '../model/reference.ts';
import { isNothing, type SourceKnowledge, sourceShift } from '../recognize/source-shift.ts';
import { marksOf } from '../run/marks.ts';
import { readFold } from '../run/sealed-files.ts';
import { gendersOf, type Metrics, metricsOf } from '../statistics/metrics.ts';
import type { Prediction } from '../statistics/prediction.ts';
import { readComparedRun } from './compared-runs.ts';
import { type Rule, rulesOf } from './rules.ts';

/** What was taken from the answers of a speaker. */
export interface SpeakerShift {
  readonly speaker: string;
  readonly utterances: number;
  /** of the log-probabilities, `[classes]`; sums to 0 */
  readonly shift: readonly number[];
}

/** Figures of a run whose test speakers are each answered against their own mean. */
export interface TransductiveScore {
  readonly by: 'speaker';
  /** each speaker's plain mean was taken; absent: own answers told */
  readonly mixed?: true;
  /** of the run as it is */
  readonly alone: Metrics;
  readonly transductive: Metrics;
  readonly speakers: readonly SpeakerShift[];
}

const greatest: Rule = (probabilities) => probabilities.indexOf(Math.max(...probabilities));

/** Half of the last decimal of `predictions.csv`: a probability that is written as 0 is at most that. */
const LEAST = 5e-7;

/**
 * Answers each test speaker of a run against the own mean of all of that speaker's utterances, as `attune recognize --normalize speaker`
 * does, from `predictions.csv` alone: in the place of segments' logits stand the logarithms of an utterance's probabilities. What a speaker
 * is compared with comes of the other test speakers' utterances, by networks that never heard them. Labels of the speaker's own come in only
 * through those networks, which may have learned from them, as no network of an unknown speaker can.
 *
 * @param run the folder of a finished run, or of a system that was scored
 * @param seed of intervals
 * @param knowledge of what each speaker says
 * @throws AttuneError `run` where the run is unfinished or no run, or the other speakers lack a class
 */
export async function scoreTransductively(
  run: string,
  seed: number,
  knowledge: SourceKnowledge = {},
): Promise<TransductiveScore> {
  const { predictions, options, manifest, contamination, ...stated } = await readComparedRun(run);
  const classes = classesOf(stated);
  const marks: Marks = {
    ...(options && manifest && marksOf(options, manifest)),
    ...(contamination && { contamination }),
  };
  const figures = (of: readonly Prediction[]) =>
    metricsOf(of, { classes, seed, ...(manifest && { genders: gendersOf(manifest.recordings) }), ...marks });
  const ruleOf = options && (await rulesOf(options, foldsOf(predictions), (fold) => readFold(run, fold, classes)));
  const { answered, speakers } = normalizeSpeakers(predictions, classes, knowledge, ruleOf);
  const mixed = knowledge.mixed && ({ mixed: true } as const);
  return { by: 'speaker', ...mixed, alone: figures(predictions), transductive: figures(answered), speakers };
}

const foldsOf = (predictions: readonly Prediction[]) => [...new Set(predictions.map(({ fold }) => fold))];

/**
 * @param ruleOf how the network of a fold decides; default: all answer the greatest probability
 * @throws AttuneError `run` where a speaker has no others to be compared with, these lack a class, or a fold's rule is not known
 */
export function normalizeSpeakers(
  predictions: readonly Prediction[],
  classes: readonly string[],
  knowledge: SourceKnowledge = {},
  ruleOf: (fold: string) => Rule | undefined = () => greatest,
): { readonly answered: readonly Prediction[]; readonly speakers: readonly SpeakerShift[] } {
  const logits = new Map(
    predictions.map((one) => [one, [one.probabilities.map((p) => Math.log(Math.max(p, LEAST)))] as const]),
  );
  const names = [...new Set(predictions.map(({ speaker }) => speaker))];
  if (names.length < 2)
    throw new AttuneError('run', 'a speaker is compared with the other test speakers, and there is one alone');
  const speakers = names.map((speaker): SpeakerShift => {
    const own = predictions.filter((one) => one.speaker === speaker);
    const others = predictions.filter((one) => one.speaker !== speaker);
    const reference = referenceOf(
      others.map((one) => ({ emotion: one.emotion, logits: logits.get(one)! })),
      classes,
    );
    const members = own.map((one) => ({ logits: logits.get(one)!, answer: classes.indexOf(one.predicted) }));
    return { speaker, utterances: own.length, shift: sourceShift(members, reference, knowledge).shift };
  });
  const shifts = new Map(speakers.map(({ speaker, shift }) => [speaker, shift]));
  const answered = predictions.map((one) => {
    const shift = shifts.get(one.speaker)!;
    if (isNothing(shift)) return one;
    const powers = logits.get(one)![0].map((logit, k) => Math.exp(logit - shift[k]!));
    const total = powers.reduce((a, b) => a + b);
    const probabilities = powers.map((power) => power / total);
    const decide = ruleOf(one.fold);
    if (!decide)
      throw new AttuneError(
        'run',
        `the threshold that fold ${one.fold} chose is not known: its file in folds/ is missing; put back a good copy of the run`,
      );
    return { ...one, probabilities, predicted: classes[decide(probabilities)]! };
  });
  return { answered, speakers };
}
