import { AttuneError } from '../errors.ts';
import { mean } from './confusion.ts';
import type { Prediction } from './prediction.ts';

/** An utterance as a network that never heard its speaker scores it. */
export interface ScoredUtterance {
  readonly utterance: string;
  readonly speaker: string;
  readonly fold: string;
  /** what it truly is */
  readonly emotion: string;
  /** `[segments][classes]`, before softmax, in the order of the classes */
  readonly logits: readonly (readonly number[])[];
}

/** Where temperatures are sought; at either end the logits say hardly anything of how sure the network should be. */
const [LOWEST, HIGHEST] = [0.05, 20];
/** The search ends where the logarithm of the temperature is known this well. */
const TOLERANCE = 1e-5;
const GRID = 60;

/** Class probabilities of an utterance, `[classes]`: the mean over its segments of softmax(logits / temperature). */
export function probabilitiesAt(logits: readonly (readonly number[])[], temperature: number): number[] {
  const rows = logits.map((row) => {
    const most = Math.max(...row);
    const powers = row.map((logit) => Math.exp((logit - most) / temperature));
    const total = powers.reduce((a, b) => a + b);
    return powers.map((power) => power / total);
  });
  return logits[0]!.map((_, k) => mean(rows.map((row) => row[k]!)));
}

/** Mean negative log-likelihood of the utterances' true classes, nats. */
const loss = (utterances: readonly ScoredUtterance[], classes: readonly string[], temperature: number) =>
  mean(
    utterances.map(
      ({ logits, emotion }) =>
        -Math.log(Math.max(Number.MIN_VALUE, probabilitiesAt(logits, temperature)[classes.indexOf(emotion)]!)),
    ),
  );

/**
 * The one number to divide all segments' logits by, so that the utterances' negative log-likelihood is least: temperature scaling, Guo
 * et al. (2017), On Calibration of Modern Neural Networks, section 4.2, here through the mean over segments. A grid over its logarithm,
 * then golden sections.
 *
 * @param classes in the order of the logits
 * @returns in [0.05, 20]
 * @throws AttuneError `run` where there is no utterance
 */
export function fitTemperature(utterances: readonly ScoredUtterance[], classes: readonly string[]): number {
  if (!utterances.length) throw new AttuneError('run', 'a temperature takes at least one scored utterance, got none');
  const step = Math.log(HIGHEST / LOWEST) / GRID;
  const at = (i: number) => Math.log(LOWEST) + step * i;
  const losses = Array.from({ length: GRID + 1 }, (_, i) => loss(utterances, classes, Math.exp(at(i))));
  const best = losses.indexOf(Math.min(...losses));
  let [low, high] = [at(Math.max(0, best - 1)), at(Math.min(GRID, best + 1))];
  const golden = (Math.sqrt(5) - 1) / 2;
  while (high - low > TOLERANCE) {
    const [a, b] = [high - golden * (high - low), low + golden * (high - low)];
    if (loss(utterances, classes, Math.exp(a)) < loss(utterances, classes, Math.exp(b))) high = b;
    else low = a;
  }
  return Math.exp((low + high) / 2);
}

/** Predictions at one temperature for all; 1 gives the raw ones. */
export const predictionsAt = (
  utterances: readonly ScoredUtterance[],
  classes: readonly string[],
  temperature: number,
): Prediction[] => utterances.map((utterance) => predictionOf(utterance, classes, temperature));

/**
 * Predictions of each speaker at the temperature that fits all others best, so that nobody's own answers have a say in how sure the
 * network is of them.
 *
 * @throws AttuneError `run` where there are fewer than two speakers
 */
export function crossFitted(utterances: readonly ScoredUtterance[], classes: readonly string[]): Prediction[] {
  const speakers = [...new Set(utterances.map(({ speaker }) => speaker))];
  if (speakers.length < 2)
    throw new AttuneError('run', `fitting temperatures across speakers takes two or more, got ${speakers.length}`);
  const temperatures = new Map(
    speakers.map((own) => {
      const others = utterances.filter(({ speaker }) => speaker !== own);
      return [own, fitTemperature(others, classes)];
    }),
  );
  return utterances.map((utterance) => predictionOf(utterance, classes, temperatures.get(utterance.speaker)!));
}

function predictionOf(
  { utterance, speaker, fold, emotion, logits }: ScoredUtterance,
  classes: readonly string[],
  temperature: number,
): Prediction {
  const probabilities = probabilitiesAt(logits, temperature);
  const predicted = classes[probabilities.indexOf(Math.max(...probabilities))]!;
  return { utterance, speaker, fold, emotion, predicted, probabilities };
}
