import { describe, expect, it } from 'vitest';
import { EMOTIONS } from '../../../src/corpus/emotions.ts';
import { byClass, meaningsOf } from '../../../src/evaluate/outside/labels.ts';

const meanings = (labels: readonly string[], wanted = {}, classes: readonly string[] = EMOTIONS) =>
  Object.fromEntries(meaningsOf(labels, classes, wanted, 'the model'));

describe('labels of a system', () => {
  it('mean the class of their name, or of the same English word, whatever the case', () => {
    expect(meanings(['Neutral', 'HAP', 'anger', 'sadness'])).toEqual({
      ...{ Neutral: 'neutral', HAP: 'happy', anger: 'angry', sadness: 'sad' },
    });
    expect(meanings(['anger', 'rest'], {}, ['anger', 'rest'])).toEqual({ anger: 'anger', rest: 'rest' });
  });

  it('mean what the user says first', () => {
    const wanted = { sad: ['neutral', 'fear'], ignored: ['Surprise'] };
    expect(meanings(['neutral', 'fear', 'surprise', 'happy'], wanted)).toEqual({
      ...{ neutral: 'sad', fear: 'sad', surprise: undefined, happy: 'happy' },
    });
  });

  it.each([
    [
      ['happy', 'fear', 'LABEL_3'],
      {},
      'the model says fear, LABEL_3, and the classes of the corpus are neutral, happy, angry, sad: say with `predictedLabels` which of them is meant (such as neutral=fear), or ignored=fear,LABEL_3',
    ],
    [['happy'], { bored: ['happy'] }, '`predictedLabels` names bored, which is no class of the corpus'],
    [['happy'], { sad: ['blue'] }, '`predictedLabels` names blue, which the model never says: expected some of happy'],
    [['happy'], { sad: ['happy'], angry: ['happy'] }, 'label happy is given twice'],
  ])('%j with %j are refused', (labels, wanted, message) => {
    expect(() => meanings(labels, wanted)).toThrow(message);
  });
});

it('adds probabilities up by class, and scales what is left to 1', () => {
  const labels = ['anger', 'rage', 'fear', 'happy'];
  const of = meaningsOf(labels, EMOTIONS, { angry: ['anger', 'rage'], ignored: ['fear'] }, 'it');
  const shares = byClass(labels, [0.1, 0.2, 0.4, 0.3], EMOTIONS, of);
  expect(shares).toEqual([0, expect.closeTo(0.5), expect.closeTo(0.5), 0]);
  expect(byClass(labels, [0, 0, 1, 0], EMOTIONS, of)).toEqual([0.25, 0.25, 0.25, 0.25]);
});
