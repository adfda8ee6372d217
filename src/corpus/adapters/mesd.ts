import { byFileName } from '../adapter.ts';

/**
 * MESD, the Mexican Emotional Speech Database (Spanish, single words, 3 women, 2 men and 6 children, 48 kHz). Licence: CC BY 4.0.
 *
 * A name such as `Anger_C_A_abajo.wav` holds the emotion, the kind of voice (F: women, M: men, C: children), the list of words and the
 * word. It does not tell who of the kind speaks: the kind stands for the speaker, so that nobody is trained on and tested. Versions of
 * reduced naturalness, which have their level before the word, are left out. Of the six emotions the paper's four are used unless
 * {@link ReadOptions.classes} says otherwise.
 *
 * Duville, Alonso-Valerdi and Ibarra-Zarate (2021), https://doi.org/10.3390/data6120130
 */
export const mesd = byFileName({
  name: 'mesd',
  expects: 'MESD names such as Anger_C_A_abajo.wav',
  labels: {
    emotions: {
      ...{ neutral: ['neutral'], happy: ['happiness'], angry: ['anger'], sad: ['sadness'] },
      ...{ fearful: ['fear'], disgusted: ['disgust'] },
    },
  },
  pattern: /^(Anger|Disgust|Fear|Happiness|Neutral|Sadness)_([FMC])_([AB])_(.+)$/,
  parse([label, voice, list, word]) {
    if (/^\d/.test(word!)) return { leftOut: 'of reduced naturalness' };
    const told = { label: label!.toLowerCase(), speaker: voice!, script: `${list} ${word}` };
    return voice === 'C' ? told : { ...told, gender: voice === 'F' ? 'female' : 'male' };
  },
});
