import { percent } from '../percent.ts';
import { calibrationOf } from '../statistics/calibration.ts';
import { sum } from '../statistics/confusion.ts';
import type { Prediction } from '../statistics/prediction.ts';
import { calibrationPlot } from './calibration-plot.ts';
import { facts, type Html, html, raw, table } from './html.ts';

const OF_NETWORKS = `The probabilities are not calibrated: they are what the network’s softmax gives, averaged over an utterance’s segments, and
nothing was done to fit them to how often they are right.`;

/**
 * How far probabilities can be believed.
 *
 * @param origin where they come from, sentences
 */
export function calibration(
  predictions: readonly Prediction[],
  classes: readonly string[],
  origin: string = OF_NETWORKS,
): Html {
  const { bins, ece, brier, nll } = calibrationOf(predictions, classes);
  const mean = (value: (bin: (typeof bins)[number]) => number) =>
    sum(bins.map((bin) => bin.count * value(bin))) / predictions.length;
  const [confidence, accuracy] = [mean((bin) => bin.meanConfidence), mean((bin) => bin.accuracy)];
  const guess = 1 / classes.length;
  const rows = bins.map(({ count, meanConfidence, accuracy }) => [count, percent(meanConfidence), percent(accuracy)]);
  return html`<div class="pair"><figure>
${raw(calibrationPlot(bins))}<figcaption>Utterances from the least to the most confident, in ${bins.length} groups of equal size. Lines: 95 % intervals
(Wilson), as if utterances did not depend on each other. On the dashed line probabilities would be right on average; below it they promise too much.</figcaption></figure>
<div><p>${origin} On average the recognised class has a probability of
${percent(confidence)}, and ${percent(accuracy)} of the utterances are recognised rightly.</p>
${facts([
  ['Expected calibration error (ECE)', ece.toFixed(3)],
  ['Brier score, from 0 (best) to 2', brier.toFixed(3)],
  ['Negative log-likelihood (NLL), nats', nll.toFixed(3)],
])}
<p class="faint" style="margin-top: .9rem">ECE: the mean distance of accuracy from confidence in the groups. Calling all classes equally probable would have a
Brier score of ${((1 - guess) ** 2 + (classes.length - 1) * guess ** 2).toFixed(3)} and an NLL of ${(-Math.log(guess)).toFixed(3)}.</p>
<details><summary>The groups</summary>${table(['Utterances', 'Mean probability', 'Recognised rightly'], rows, [])}</details></div></div>`;
}
