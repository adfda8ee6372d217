import { byFileName } from '../adapter.ts';

/**
 * JL corpus (New Zealand English, acted, two women and two men, 44.1 kHz). Licence: CC0 1.0.
 *
 * A name such as `female1_angry_10a_1.wav` holds the speaker, the emotion, the sentence and its part, and the repetition. Of the five
 * primary and five secondary emotions the paper's four are used unless {@link ReadOptions.classes} says otherwise; excitement is not
 * taken for happiness.
 *
 * James, Tian and Watson (2018), https://doi.org/10.21437/Interspeech.2018-1349
 */
export const jl = byFileName({
  name: 'jl',
  expects: 'JL names such as female1_angry_10a_1.wav',
  labels: {
    emotions: {
      ...{ neutral: ['neutral'], happy: ['happy'], angry: ['angry'], sad: ['sad'], excited: ['excited'] },
      ...{ anxious: ['anxious'], apologetic: ['apologetic'], assertive: ['assertive'], concerned: ['concerned'] },
      encouraging: ['encouraging'],
    },
  },
  pattern:
    /^((fe)?male[12])_(angry|sad|neutral|happy|excited|anxious|apologetic|assertive|concerned|encouraging)_(\d+[ab])_[12]$/,
  parse: ([speaker, female, label, script]) => ({
    ...{ label: label!, speaker: speaker!, script: script! },
    gender: female ? 'female' : 'male',
  }),
});
