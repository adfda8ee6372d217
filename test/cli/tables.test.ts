import { expect, it } from 'vitest';
import { metricsTable } from '../../src/cli/tables.ts';
import { metricsOf } from '../../src/statistics/metrics.ts';
import { predict } from '../evaluate/predict.ts';

const classes = ['happy', 'sad'];
const said = (utterance: string, fold: string, emotion: string) =>
  predict(utterance, fold, emotion, 'sad', fold, classes);
const whole = [said('a1', 'anna', 'happy'), said('a2', 'anna', 'sad')];

it('says which folds the mean of folds is over fewer classes in', () => {
  const text = (...more: ReturnType<typeof said>[]) =>
    metricsTable(metricsOf([...whole, ...more], { classes, seed: 1, draws: 10 })).join('\n');
  expect(text(said('b1', 'bob', 'sad'))).toMatch(
    /^The mean of folds is over the classes that each tests, and not all test all: bob \(happy\)\.$/m,
  );
  expect(text(said('b1', 'bob', 'sad'), said('b2', 'bob', 'happy'))).not.toContain('The mean of folds');
});
