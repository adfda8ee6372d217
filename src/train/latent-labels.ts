/** What a region says of its frames. */
export interface Posteriors {
  /** of the emotion, `[frames]`: what is left is Null's */
  readonly emotion: Float64Array;
  /** natural logarithm of the sum of all paths' probabilities */
  readonly logLikelihood: number;
}

/**
 * The forward-backward algorithm, in the logarithmic domain, on the lattice Null - emotion - Null: a path is Null for some frames or none,
 * then the emotion for one or more, then Null for some or none (Lee and Tashev, Interspeech 2015, after the connectionist temporal
 * classification of Graves et al., 2006, https://doi.org/10.1145/1143844.1143891). The gradient of -logLikelihood by logits is what the
 * network says less these posteriors.
 *
 * @param logNull logarithm of Null's probability, `[frames]`, of 1 or more frames
 * @param logEmotion of the emotion's
 */
export function latentPosteriors(logNull: ArrayLike<number>, logEmotion: ArrayLike<number>): Posteriors {
  const frames = logNull.length;
  const [none, last] = [Number.NEGATIVE_INFINITY, frames - 1];
  // forward and backward of the three states: before the emotion, in it, behind it
  const forward = Array.from({ length: frames }, () => [none, none, none]);
  const backward = Array.from({ length: frames }, () => [none, none, none]);
  const said = (t: number) => [logNull[t]!, logEmotion[t]!, logNull[t]!];
  forward[0] = [logNull[0]!, logEmotion[0]!, none];
  for (let t = 1; t < frames; t++) {
    const [before, within, behind] = forward[t - 1] as [number, number, number];
    const [a, b, c] = said(t) as [number, number, number];
    forward[t] = [before + a, logSum(before, within) + b, logSum(within, behind) + c];
  }
  backward[last] = [none, 0, 0];
  for (let t = last - 1; t >= 0; t--) {
    const [before, within, behind] = backward[t + 1] as [number, number, number];
    const [a, b, c] = said(t + 1) as [number, number, number];
    backward[t] = [logSum(before + a, within + b), logSum(within + b, behind + c), behind + c];
  }
  const logLikelihood = logSum(forward[last]![1]!, forward[last]![2]!);
  const emotion = Float64Array.from(forward, (own, t) => Math.exp(own[1]! + backward[t]![1]! - logLikelihood));
  return { emotion, logLikelihood };
}

/** log(exp(a) + exp(b)) */
function logSum(a: number, b: number): number {
  const most = Math.max(a, b);
  return most === Number.NEGATIVE_INFINITY ? most : most + Math.log1p(Math.exp(Math.min(a, b) - most));
}
