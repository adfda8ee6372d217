import { AttuneError } from '../errors.ts';
import type { TrainingData } from './loop.ts';

/** The square of a greater number is no finite float32, and training takes squares. */
const GREATEST = Math.sqrt((2 - 2 ** -23) * 2 ** 127);

/**
 * Tells features that are no numbers, or too great to be learned from, from a network that diverged.
 *
 * @param segments of which the features are, one after another, as many numbers of each
 * @throws AttuneError `run`, naming the first segment that has such
 */
export function checkFeatures(
  { nameOf }: Pick<TrainingData, 'nameOf'>,
  segments: readonly number[],
  features: Float32Array,
): void {
  const at = features.findIndex((value) => !(Math.abs(value) <= GREATEST));
  if (at < 0) return;
  const segment = segments[Math.floor((at * segments.length) / features.length)]!;
  const value = features[at]!;
  const [expected, remedy] = Number.isFinite(value)
    ? [
        `numbers from -${GREATEST.toPrecision(2)} to ${GREATEST.toPrecision(2)}, whose squares are finite,`,
        'they are too great to be learned from: give an encoder with smaller ones, such as one that ends in a normalisation',
      ]
    : ['finite numbers', 'they are damaged: have them made anew, or take the recording out'];
  throw new AttuneError(
    'run',
    `expected ${expected} in the features of ${nameOf?.(segment) ?? `segment ${segment}`}, got ${Number(value.toPrecision(3))}; ${remedy}`,
  );
}
