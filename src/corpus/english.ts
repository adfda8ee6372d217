import type { LabelNames } from './labels.ts';

/**
 * Labels of corpora that bring none of their own: English names of emotions, and the usual codes of three letters. Only plain synonyms of the
 * paper's four are taken for them: excitement is not happiness and calm is not neutral unless the user says so. Names of other emotions
 * are left out; a name that stands in neither list has to be given a meaning.
 */
export const ENGLISH: LabelNames = {
  emotions: {
    neutral: ['neutral', 'neu'],
    happy: ['happy', 'happiness', 'joy', 'hap'],
    angry: ['angry', 'anger', 'ang'],
    sad: ['sad', 'sadness'],
    fearful: ['fearful', 'fear', 'afraid', 'fea'],
    anxious: ['anxious', 'anxiety'],
    disgusted: ['disgusted', 'disgust', 'dis'],
    surprised: ['surprised', 'surprise', 'sur'],
    bored: ['bored', 'boredom'],
    calm: ['calm'],
    contemptuous: ['contemptuous', 'contempt'],
    excited: ['excited', 'excitement', 'exc'],
    frustrated: ['frustrated', 'frustration', 'fru'],
  },
};
