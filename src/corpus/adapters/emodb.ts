import { byFileName } from '../adapter.ts';

const FEMALE = ['08', '09', '13', '14', '16'];
const MALE = ['03', '10', '11', '12', '15'];

/**
 * EmoDB, the Berlin Database of Emotional Speech (German, acted, ten speakers, 16 kHz).
 *
 * A name such as `03a01Wa.wav` holds the speaker (03), the text (a01), the letter of the emotion in German (W: Wut) and
 * the version (a). Of the seven emotions the paper's four are used unless {@link ReadOptions.classes} says otherwise.
 *
 * Burkhardt, Paeschke, Rolfes, Sendlmeier and Weiss (2005), "A database of German emotional speech", Interspeech.
 */
export const emodb = byFileName({
  name: 'emodb',
  expects: 'EmoDB names such as 03a01Wa.wav',
  labels: {
    emotions: {
      ...{ neutral: ['neutral'], happy: ['happy'], angry: ['angry'], sad: ['sad'] },
      ...{ fearful: ['fear'], disgusted: ['disgust'], bored: ['boredom'] },
    },
    codes: { N: 'neutral', F: 'happy', W: 'angry', T: 'sad', L: 'boredom', E: 'disgust', A: 'fear' },
  },
  pattern: /^(\d{2})([ab]\d{2})([NFWTLEA])[a-z]?$/,
  parse([speaker, script, label]) {
    const told = { label: label!, speaker: speaker!, script: script! };
    if (FEMALE.includes(speaker!)) return { ...told, gender: 'female' };
    return MALE.includes(speaker!) ? { ...told, gender: 'male' } : told;
  },
});
