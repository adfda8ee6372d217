import { EMOTIONS, type Emotion } from '../../../src/corpus/emotions.ts';
import type { Utterance } from '../../../src/corpus/utterance.ts';
import type { Prediction } from '../../../src/statistics/prediction.ts';
import type { GapRun } from '../../../src/studies/gap/sources.ts';
import { type GapSettings, type GapVariant, gapVariants } from '../../../src/studies/gap/variants.ts';
import { predict } from '../../evaluate/predict.ts';

export const SETTINGS: GapSettings = { epochs: 3, folds: 2, offset: 'remove', seed: 1, threads: 1 };

/** Six speakers, a to f, each of whom says something in every emotion twice: `a-neutral-1`, which lasts 3 s, and `a-neutral-2`, which lasts 1 s. */
export const UTTERANCES: readonly Utterance[] = [...'abcdef'].flatMap((speaker) =>
  EMOTIONS.flatMap((emotion) =>
    [1, 2].map((text) => {
      const id = `${speaker}-${emotion}-${text}`;
      return { id, file: `${id}.wav`, emotion, speaker };
    }),
  ),
);

/** Wrong answers: utterances with what they are taken for. */
type Wrong = Readonly<Record<string, Emotion>>;

/** Wrong answers that every speaker gets. */
export const everyone = (wrong: Wrong): Wrong =>
  Object.fromEntries(
    [...'abcdef'].flatMap((speaker) => Object.entries(wrong).map(([text, taken]) => [`${speaker}-${text}`, taken])),
  );

/** What a network says that is right but for `wrong`, of folds of one speaker each. */
export const answers = (wrong: Wrong, utterances = UTTERANCES): Prediction[] =>
  utterances.map(({ id, speaker, emotion }) => predict(id, speaker, emotion, wrong[id] ?? emotion));

const RECORDINGS = UTTERANCES.map(({ id }) => ({ utterance: id, durationSeconds: id.endsWith('1') ? 3 : 1 }));

/** A run that is right but for `wrong` at its end, and but for each of `epochs` after each of its epochs. */
export function gapRunOf(wrong: Wrong, epochs?: readonly Wrong[]): GapRun {
  const ofSpeaker = (speaker: string) => UTTERANCES.filter((utterance) => utterance.speaker === speaker);
  return {
    ...{ predictions: answers(wrong), recordings: RECORDINGS },
    ...(epochs && {
      afterEpochs: new Map(
        [...'abcdef'].map((speaker) => [speaker, epochs.map((wrong) => answers(wrong, ofSpeaker(speaker)))]),
      ),
    }),
  };
}

export const VARIANTS: readonly GapVariant[] = gapVariants({ utterances: UTTERANCES }, SETTINGS);
