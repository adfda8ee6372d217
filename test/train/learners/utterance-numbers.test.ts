import { expect, it } from 'vitest';
import { asProbabilities, utteranceNumbers } from '../../../src/train/learners/utterance-numbers.ts';
import { difference } from '../../graph/evaluate.ts';

/** The probabilities of utterance-numbers-reference.py. */
const PROBABILITIES = Array.from({ length: 7 }, (_, n) => {
  const powers = Array.from({ length: 3 }, (_, k) => Math.exp(2 * Math.sin(1.9 * n + 1.1 * k * k)));
  return powers.map((power) => power / powers.reduce((a, b) => a + b));
}).flat();

it('tells of an utterance what NumPy does', () => {
  const numbers = utteranceNumbers(PROBABILITIES, 3, 0.2);
  const expected = [
    ...[0.7376544, 0.8380031, 0.9379334, 0.04203498, 0.01972963, 0.0210185],
    ...[0.2631078, 0.3783151, 0.3585771, 0.2857143, 0.5714286, 0.4285714],
  ];
  expect(difference([...numbers], expected)).toBeLessThan(1e-6);
});

it.each([
  [
    [0.9, -0.8, -1.1, -0.9],
    [0.916667, 0.066667, 0, 0.016667],
  ],
  [
    [1.4, 1.2, -3.0, -0.6],
    [0.55, 0.45, 0, 0],
  ],
  [
    [-1.0, -1.1, -0.9, -1.0],
    [0.25, 0.2, 0.3, 0.25],
  ],
  [
    [0.2, 0.1, -0.4, 0.15],
    [0.34375, 0.29375, 0.04375, 0.31875],
  ],
])('takes %j for the nearest probabilities, as SciPy finds them', (outputs, nearest) => {
  const probabilities = asProbabilities(outputs);
  expect(difference(probabilities, nearest)).toBeLessThan(2e-6);
  expect(probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
});
