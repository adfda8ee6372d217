import { byCodeUnits } from '../corpus/adapter.ts';
import type { Prediction } from './prediction.ts';

/** Predictions by key, sorted by key, so that no figure depends on the order of the predictions. */
export function groupBy(
  predictions: readonly Prediction[],
  key: (prediction: Prediction) => string,
): Map<string, Prediction[]> {
  const groups = new Map<string, Prediction[]>();
  for (const name of [...new Set(predictions.map(key))].sort(byCodeUnits)) groups.set(name, []);
  for (const prediction of predictions) groups.get(key(prediction))!.push(prediction);
  return groups;
}
