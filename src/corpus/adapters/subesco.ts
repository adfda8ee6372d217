import { byFileName } from '../adapter.ts';

/**
 * SUBESCO, the SUST Bangla Emotional Speech Corpus (Bangla, acted, 20 actors, 48 kHz). Licence: CC BY 4.0.
 *
 * A name such as `F_02_MONIKA_S_1_NEUTRAL_5.wav` holds the gender, number and name of the actor, the sentence, the emotion and the take.
 * Gender and number together name the speaker, since both genders are counted from 1. Of the seven emotions the paper's four are used
 * unless {@link ReadOptions.classes} says otherwise.
 *
 * Sultana, Rahman, Selim and Iqbal (2021), https://doi.org/10.1371/journal.pone.0250173
 */
export const subesco = byFileName({
  name: 'subesco',
  expects: 'SUBESCO names such as F_02_MONIKA_S_1_NEUTRAL_5.wav',
  labels: {
    emotions: {
      ...{ neutral: ['neutral'], happy: ['happy', 'happiness'], angry: ['angry', 'anger'], sad: ['sad', 'sadness'] },
      ...{ fearful: ['fear'], disgusted: ['disgust'], surprised: ['surprise'] },
    },
  },
  pattern: /^([FM])_(\d{2})_[A-Z]+_S_(\d{1,2})_([A-Z]+)_\d+$/i,
  parse([letter, number, script, label]) {
    const gender = letter!.toUpperCase();
    return {
      ...{ label: label!.toLowerCase(), speaker: `${gender}_${number}`, script: script! },
      gender: gender === 'F' ? 'female' : 'male',
    };
  },
});
