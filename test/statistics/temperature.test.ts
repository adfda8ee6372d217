import { describe, expect, it } from 'vitest';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import {
  crossFitted,
  fitTemperature,
  predictionsAt,
  probabilitiesAt,
  type ScoredUtterance,
} from '../../src/statistics/temperature.ts';

const scored = (speaker: string, emotion: ScoredUtterance['emotion'], ...logits: number[][]): ScoredUtterance => ({
  ...{ utterance: `${speaker} ${emotion} ${logits}`, speaker, fold: speaker, emotion, logits },
});
/** One segment an utterance, logit `margin` for neutral and 0 for the others: right so many times, wrong so many. */
const answers = (speaker: string, margin: number, right: number, wrong: number) => [
  ...Array.from({ length: right }, () => scored(speaker, 'neutral', [margin, 0, 0, 0])),
  ...Array.from({ length: wrong }, (_, i) => scored(speaker, EMOTIONS[1 + (i % 3)]!, [margin, 0, 0, 0])),
];
/** Where confidence equals accuracy: e^(m/T) / (e^(m/T) + 3) = p. */
const exact = (margin: number, accuracy: number) => margin / Math.log((3 * accuracy) / (1 - accuracy));

describe('a temperature', () => {
  it('is what makes confidence equal accuracy where all answers are equally sure (by hand)', () => {
    expect(fitTemperature(answers('a', 6, 7, 3), EMOTIONS)).toBeCloseTo(exact(6, 0.7), 3); // too sure: 3.08
    expect(fitTemperature(answers('a', 1, 9, 1), EMOTIONS)).toBeCloseTo(exact(1, 0.9), 3); // not sure enough: 0.30
  });

  it('divides the logits of segments, whose probabilities are then averaged', () => {
    const sigma = (x: number) => 1 / (1 + 3 * Math.exp(-x));
    const [p] = probabilitiesAt(
      [
        [4, 0, 0, 0],
        [1, 0, 0, 0],
      ],
      2,
    );
    expect(p).toBeCloseTo((sigma(2) + sigma(0.5)) / 2, 12);
    const [one] = predictionsAt([scored('a', 'sad', [0, 0, 0, 3], [0, 0, 0, 3])], EMOTIONS, 1);
    expect(one).toMatchObject({ predicted: 'sad', emotion: 'sad', speaker: 'a', fold: 'a' });
    expect(one!.probabilities[3]).toBeCloseTo(sigma(3), 12);
  });

  it('of several segments is the least of the loss along a fine line', () => {
    const utterances = [
      scored('a', 'angry', [0, 2, 5, -1], [1, 0, 3, 0]),
      scored('a', 'happy', [0, 1, 4, 0]),
      scored('b', 'sad', [2, 0, 0, 3], [3, 0, 0, 1], [0, 0, 0, 1]),
      scored('b', 'neutral', [9, 1, 0, 3]),
    ];
    const nll = (t: number) =>
      utterances.reduce(
        (sum, u) => sum - Math.log(probabilitiesAt(u.logits, t)[(EMOTIONS as readonly string[]).indexOf(u.emotion)]!),
        0,
      );
    const line = Array.from({ length: 4000 }, (_, i) => 0.05 + i * 0.002);
    const best = line.reduce((a, b) => (nll(b) < nll(a) ? b : a));
    expect(fitTemperature(utterances, EMOTIONS)).toBeCloseTo(best, 2);
  });

  it('stays finite where sureness is always right or always wrong', () => {
    expect(fitTemperature(answers('a', 5, 4, 0), EMOTIONS)).toBeLessThan(0.06);
    expect(fitTemperature(answers('a', 5, 0, 4), EMOTIONS)).toBeCloseTo(20, 1);
  });

  it('of a speaker comes from the others', () => {
    const utterances = [...answers('a', 6, 7, 3), ...answers('b', 6, 9, 1)];
    const confidence = (speaker: string) =>
      crossFitted(utterances, EMOTIONS).find((prediction) => prediction.speaker === speaker)!.probabilities[0];
    expect(confidence('a')).toBeCloseTo(0.9, 4);
    expect(confidence('b')).toBeCloseTo(0.7, 4);
  });

  it('is refused for nobody', () => {
    expect(() => fitTemperature([], EMOTIONS)).toThrow('at least one scored utterance');
    expect(() => crossFitted(answers('a', 1, 1, 1), EMOTIONS)).toThrow('takes two or more, got 1');
  });
});
