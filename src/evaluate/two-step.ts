import { classesOf } from '../corpus/classes.ts';
import { parseJson } from '../json.ts';
import { createNetwork } from '../model/architecture.ts';
import { readCheckpoint, writeCheckpoint } from '../model/checkpoint.ts';
import type { TwoStepArchitecture } from '../model/two-step/architecture.ts';
import type { Recording } from '../run/run-files.ts';
import { CHOSEN_THRESHOLD, type ChosenThreshold, type ThresholdTuning } from '../run/tuning.ts';
import { confusionOf, scoresOf, sum } from '../statistics/confusion.ts';
import type { Prediction } from '../statistics/prediction.ts';
import { cnnTf, type SegmentOptions } from './cnn-tf.ts';
import { speakerGroups } from './elm/heard.ts';
import type { FitOptions, Place, System } from './system.ts';

/** Of a run that chooses the threshold of a two-step predictor. */
export interface TunedOptions extends SegmentOptions {
  readonly architecture: TwoStepArchitecture;
  readonly tune: ThresholdTuning;
}

/**
 * A two-step predictor whose threshold is chosen by the training speakers. Each group of them is left out once: a predictor learns from the
 * others and says what it hears in the group. The threshold of the greatest UA over all groups is taken, and the predictor in use learns
 * from everybody. Each of these keeps a state of its own, until all is done, so that learning goes on where it was stopped.
 */
export function tunedTwoStep(options: TunedOptions, place: Place): System {
  const { tune, architecture } = options;
  const systemWith = (threshold: number) => cnnTf({ ...options, architecture: { ...architecture, threshold } }, place);
  const { score } = systemWith(architecture.threshold);
  return {
    async fit(recordings, given) {
      const { fold, inner, signal } = given;
      const groups = speakerGroups(recordings, tune.innerFolds);
      const stages = [...groups.map((group) => divided(recordings, group)), { own: recordings, left: [] }];
      const progress = progressOf(
        stages.map(({ own }) => own.length),
        given,
      );
      const said: Prediction[] = [];
      const { onEpoch: _, ...alike } = given;
      for (const [i, { own, left }] of stages.slice(0, -1).entries()) {
        const name = `${fold}, inner ${i + 1}`;
        const stage = { ...alike, resume: inner!(i + 1), fold: name, onEvent: progress(i) };
        const fitted = await systemWith(architecture.threshold).fit(own, stage);
        said.push(...(await score(fitted, name, left, signal)));
      }
      const chosen = chooseThreshold(said, options);
      const onEvent = progress(groups.length);
      const fitted = await systemWith(chosen.threshold).fit(recordings, { ...given, onEvent });
      const checkpoint = readCheckpoint(fitted, fold);
      return writeCheckpoint({ ...checkpoint, notes: { ...checkpoint.notes, chosen: JSON.stringify(chosen) } });
    },
    score,
    chosen(fitted, name) {
      const remedy = 'Give one that a run of Attune wrote, or have its fold trained again.';
      const text = readCheckpoint(fitted, name).notes?.chosen ?? '';
      return parseJson(text, CHOSEN_THRESHOLD, { name: `what ${name} says that it chose`, code: 'checkpoint', remedy });
    },
  };
}

/** The threshold of the greatest UA of predictions, whatever threshold they were made with; the first of equals. */
export function chooseThreshold(
  predictions: readonly Prediction[],
  { tune, architecture, ...options }: Pick<TunedOptions, 'tune' | 'architecture' | 'classes'>,
): ChosenThreshold {
  const classes = classesOf(options);
  const tried = tune.thresholds.map((threshold) => {
    const decide = createNetwork({ ...architecture, threshold }).decide!;
    const decided = predictions.map((one) => ({ ...one, predicted: classes[decide(one.probabilities)]! }));
    return { threshold, ua: scoresOf(confusionOf(decided, classes)).ua };
  });
  const best = Math.max(...tried.map(({ ua }) => ua));
  return { threshold: tried.find(({ ua }) => ua === best)!.threshold, tried };
}

const divided = (recordings: readonly Recording[], group: readonly string[]) => ({
  own: recordings.filter(({ speaker }) => !group.includes(speaker)),
  left: recordings.filter(({ speaker }) => group.includes(speaker)),
});

/** What is told of a stage as part of them all, which take as long as they have recordings; epochs are told of the last alone. */
const progressOf =
  (sizes: readonly number[], { onEvent }: Pick<FitOptions, 'onEvent'>) =>
  (stage: number): FitOptions['onEvent'] =>
  (event) => {
    if ('warning' in event) return onEvent(event);
    if ('history' in event) {
      if (stage === sizes.length - 1) onEvent(event);
      return;
    }
    const each = event.segmentsInAll / sizes[stage]!;
    const before = Math.round(each * sum(sizes.slice(0, stage)));
    const after = Math.round(each * sum(sizes.slice(stage + 1)));
    onEvent({
      segmentsSeen: before + event.segmentsSeen,
      segmentsInAll: before + event.segmentsInAll + after,
    });
  };
