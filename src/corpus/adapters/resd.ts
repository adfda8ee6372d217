import { byFileName } from '../adapter.ts';

/**
 * RESD, Russian Emotional Speech Dialogs (Russian, acted in improvised dialogues of two, 16 and 44.1 kHz). Licence: MIT.
 *
 * A name such as `32_happiness_enthusiasm_h_120.wav` holds the dialogue, the emotions of its two speakers, the first letter of the
 * emotion in this recording, and a number. Nothing tells who speaks: the dialogue stands for both, and an actor may play in several. So
 * figures of speakers left out within RESD may leak; those of other corpora do not. Of the seven emotions the paper's four are used
 * unless {@link ReadOptions.classes} says otherwise; enthusiasm is not taken for happiness.
 *
 * Amentes, Lubenets and Davidchuk (2022), https://huggingface.co/datasets/Aniemore/resd
 */
export const resd = byFileName({
  name: 'resd',
  expects: 'RESD names such as 32_happiness_enthusiasm_h_120.wav',
  labels: {
    emotions: {
      ...{ neutral: ['neutral'], happy: ['happiness'], angry: ['anger'], sad: ['sadness'] },
      ...{ fearful: ['fear'], disgusted: ['disgust'], enthusiastic: ['enthusiasm'] },
    },
  },
  pattern:
    /^(\d+)_(neutral|happiness|anger|sadness|fear|disgust|enthusiasm)_(neutral|happiness|anger|sadness|fear|disgust|enthusiasm)_([nhasfde])_\d+$/,
  parse([dialogue, first, second, letter]) {
    const label = [first!, second!].find((emotion) => emotion.startsWith(letter!));
    return label ? { label, speaker: dialogue! } : { leftOut: 'a letter of neither emotion of the dialogue' };
  },
});
