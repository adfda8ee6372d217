import {
  type BootstrapOptions,
  drawSpeakers,
  FEWEST_SPEAKERS,
  type Interval,
  percentileInterval,
} from './bootstrap.ts';
import { type Calibration, calibrationOf } from './calibration.ts';
import { confusionOf, sum } from './confusion.ts';
import { groupBy } from './group.ts';
import type { Prediction } from './prediction.ts';

export type CalibrationIntervals = Readonly<Record<keyof Omit<Calibration, 'bins'>, Interval>>;

/**
 * 95 % percentile intervals of the calibration figures by bootstrap over speakers, resampled whole; the draws are those of a run's other
 * intervals. The expected calibration error of a draw is of that draw's own bins, so that it is biased upwards, as the figure itself is.
 *
 * @returns null below six speakers, and where nearly every draw lacks a class
 */
export function calibrationIntervals(
  predictions: readonly Prediction[],
  classes: readonly string[],
  options: BootstrapOptions,
): CalibrationIntervals | null {
  const speakers = [...groupBy(predictions, ({ speaker }) => speaker).values()];
  if (speakers.length < FEWEST_SPEAKERS) return null;
  const supports = speakers.map((own) => confusionOf(own, classes).map(sum));
  const { drawn } = drawSpeakers(supports, options);
  if (!drawn.length) return null;
  const draws = drawn.map((draw) =>
    calibrationOf(
      draw.flatMap((speaker) => speakers[speaker]!),
      classes,
    ),
  );
  const interval = (key: keyof CalibrationIntervals) => percentileInterval(draws.map((draw) => draw[key]));
  return { ece: interval('ece'), brier: interval('brier'), nll: interval('nll') };
}
