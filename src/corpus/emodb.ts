import { byFileName } from './adapter.ts';
import type { Emotion } from './emotions.ts';

const EMOTION: Readonly<Record<string, Emotion>> = { N: 'neutral', F: 'happy', W: 'angry', T: 'sad' };
const OTHER: Readonly<Record<string, string>> = { L: 'boredom', E: 'disgust', A: 'fear' };

const FEMALE = ['08', '09', '13', '14', '16'];
const MALE = ['03', '10', '11', '12', '15'];

/**
 * EmoDB, the Berlin Database of Emotional Speech (German, acted, ten speakers, 16 kHz).
 *
 * A name such as `03a01Wa.wav` holds the speaker (03), the text (a01), the letter of the emotion in German (W: Wut) and
 * the version (a). Of the seven emotions the four of {@link Emotion} are used.
 *
 * Burkhardt, Paeschke, Rolfes, Sendlmeier and Weiss (2005), "A database of German emotional speech", Interspeech.
 */
export const emodb = byFileName(
  'emodb',
  'EmoDB names such as 03a01Wa.wav',
  /^(\d{2})[ab]\d{2}([NFWTLEA])[a-z]?$/,
  ([speaker, letter]) => {
    const emotion = EMOTION[letter!];
    if (!emotion) return { leftOut: `emotion is ${OTHER[letter!]}` };
    if (FEMALE.includes(speaker!)) return { emotion, speaker: speaker!, gender: 'female' };
    if (MALE.includes(speaker!)) return { emotion, speaker: speaker!, gender: 'male' };
    return { emotion, speaker: speaker! };
  },
);
