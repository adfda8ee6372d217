import { byFileName } from '../adapter.ts';

/**
 * RAVDESS, the Ryerson Audio-Visual Database of Emotional Speech and Song (English, acted, 24 actors); its speech only.
 *
 * A name such as `03-01-05-01-01-01-12.wav` holds modality (03: audio alone), channel (01: speech, 02: song), emotion,
 * intensity, statement, repetition and actor; odd actors are male. Of the eight emotions the paper's four
 * are used unless {@link ReadOptions.classes} says otherwise; calm is not taken for neutral. As published, `03-01-03-01-02-01-07` and `03-01-03-01-02-02-07`
 * are one recording under two names: both are kept, and since they are of one actor no fold of speakers divides them.
 *
 * Livingstone and Russo (2018), https://doi.org/10.1371/journal.pone.0196391
 */
export const ravdess = byFileName({
  name: 'ravdess',
  expects: 'RAVDESS names such as 03-01-05-01-01-01-12.wav',
  labels: {
    emotions: {
      ...{ neutral: ['neutral'], happy: ['happy'], angry: ['angry'], sad: ['sad'] },
      ...{ calm: ['calm'], fearful: ['fear'], disgusted: ['disgust'], surprised: ['surprise'] },
    },
    codes: {
      '01': 'neutral',
      '02': 'calm',
      '03': 'happy',
      '04': 'sad',
      '05': 'angry',
      '06': 'fear',
      '07': 'disgust',
      '08': 'surprise',
    },
  },
  pattern: /^(0[1-3])-(0[12])-(0[1-8])-0[12]-(0[12])-0[12]-(\d{2})$/,
  parse([modality, channel, label, script, actor]) {
    if (modality !== '03') return { leftOut: 'the sound of a video' };
    if (channel !== '01') return { leftOut: 'sung, not spoken' };
    return { label: label!, speaker: actor!, gender: Number(actor) % 2 ? 'male' : 'female', script: script! };
  },
});
