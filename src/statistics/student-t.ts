/** Halvings of the angle: more than a double can tell apart. */
const HALVINGS = 60;

/**
 * Quantile of Student's t distribution, such as 2.262 for 0.975 and 9 degrees of freedom. For whole degrees of freedom the probability
 * within ±t is a finite sum in the angle arctan(t / sqrt(degrees)), which is inverted by halving. Abramowitz and Stegun (1964), Handbook
 * of Mathematical Functions, 26.7.3 and 26.7.4. Agrees with scipy.stats.t.ppf to twelve digits.
 *
 * @param part of the distribution that lies below, in [0.5, 1)
 * @param degrees of freedom, a whole number, 1 or more
 */
export function studentQuantile(part: number, degrees: number): number {
  let [low, high] = [0, Math.PI / 2];
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (low + high) / 2;
    if (partWithin(middle, degrees) < 2 * part - 1) low = middle;
    else high = middle;
  }
  return Math.sqrt(degrees) * Math.tan((low + high) / 2);
}

/** The probability of a t within ±sqrt(degrees) tan(angle). */
function partWithin(angle: number, degrees: number): number {
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const odd = degrees % 2;
  let total = 0;
  let term = odd ? cosine : 1;
  for (let power = odd; power <= degrees - 2; power += 2) {
    total += term;
    term *= ((power + 1) / (power + 2)) * cosine * cosine;
  }
  return odd ? (2 / Math.PI) * (angle + sine * total) : sine * total;
}
