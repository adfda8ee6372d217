/** Numbers a class of {@link utteranceNumbers}. */
export const NUMBERS_A_CLASS = 4;

/**
 * What an extreme learning machine is told of an utterance (Han et al., Interspeech 2014, section 3.3): of each class the greatest, the least and the mean
 * probability over its segments or frames, and the share of them in which it is above a threshold.
 *
 * @param probabilities `[n, classes]`, n of 1 or more
 * @returns `[4 * classes]`: the greatest of each class, then the least, the means, the shares
 */
export function utteranceNumbers(probabilities: ArrayLike<number>, classes: number, threshold: number): Float32Array {
  const count = probabilities.length / classes;
  const numbers = new Float32Array(NUMBERS_A_CLASS * classes);
  for (let k = 0; k < classes; k++) {
    let [greatest, least, sum, above] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 0, 0];
    for (let i = k; i < probabilities.length; i += classes) {
      const probability = probabilities[i]!;
      greatest = Math.max(greatest, probability);
      least = Math.min(least, probability);
      sum += probability;
      if (probability > threshold) above++;
    }
    numbers.set([greatest], k);
    numbers.set([least], classes + k);
    numbers.set([sum / count], 2 * classes + k);
    numbers.set([above / count], 3 * classes + k);
  }
  return numbers;
}

/**
 * Outputs of an extreme learning machine as probabilities. Least squares to targets of 1 and -1 estimates 2 P(class) - 1, so (output + 1) / 2
 * is one, but for its range and its sum: of all that are probabilities the nearest to them is taken (Duchi et al., 2008, Figure 1,
 * https://doi.org/10.1145/1390156.1390191). The class of the greatest output keeps the greatest probability.
 *
 * @param outputs `[classes]`
 * @returns `[classes]`, of sum 1; some may be 0
 */
export function asProbabilities(outputs: readonly number[]): number[] {
  const estimates = outputs.map((output) => (output + 1) / 2);
  const descending = [...estimates].sort((a, b) => b - a);
  let [sum, shift] = [0, 0];
  for (const [i, estimate] of descending.entries()) {
    sum += estimate;
    const own = (sum - 1) / (i + 1);
    if (estimate > own) shift = own;
  }
  return estimates.map((estimate) => Math.max(0, estimate - shift));
}
