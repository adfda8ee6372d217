import type { Emotion } from '../../src/corpus/emotions.ts';
import { ORDERS, type OrderName } from '../../src/studies/faithfulness/study.ts';
import {
  beats,
  type Contest,
  type FaithfulnessSummary,
  type StudiedUtterance,
} from '../../src/studies/faithfulness/summary.ts';

/** What the recipe keeps of one utterance. */
export interface Studied extends StudiedUtterance {
  readonly emotion: Emotion;
  readonly predicted: Emotion;
  /** the utterance that lent its map, and its predicted class */
  readonly donor: string;
  readonly donorPredicted: Emotion;
}

/** When, by what and on what the curves were computed. */
export interface Made {
  readonly command: string;
  readonly date: string;
  readonly commit: string;
  readonly machine: string;
}

const RIVALS: Readonly<Record<Exclude<OrderName, 'product'>, string>> = {
  energy: 'energy: mean of the spectrogram over the cell',
  shifted: 'the same map, circularly shifted by a random step in both axes',
  other: 'the map of another utterance, same network and predicted class',
  random: 'random order',
  'bottom-up': 'bottom-up map alone',
  'top-down': 'top-down map of the predicted class alone',
};

/** The section of `results/explain/README.md` that the recipe writes; what it means is said above it, by hand. */
export function faithfulnessPage(summary: FaithfulnessSummary, studied: readonly Studied[], made: Made): string {
  const rivals = Object.keys(RIVALS) as Exclude<OrderName, 'product'>[];
  return `\`\`\`
${made.command}
\`\`\`

${made.date}, commit \`${made.commit}\`, ${made.machine}. Written by [recipes/faithfulness.ts](../../recipes/faithfulness.ts); the figures are in [faithfulness.json](faithfulness.json).

${claim(summary)}

![Mean curves of the predicted class's logit, by order, way and fill](curves.svg)

## What was done

${method(summary, studied)}

## The product map beside its rivals

Areas in logits. **Gain**: by how many logits the product map's area is better than the rival's, paired within utterances (deletion: the rival's area less its own; insertion: its own less the rival's), so that above 0 the product map is the more faithful. In brackets the 95 %
interval by bootstrap over ${summary.speakers.length} speakers, who are few, so that it is too narrow; p by exact paired permutation over speakers, two-sided, not corrected over rows; won: speakers and utterances whose gain is above 0.

${summary.product.map(({ fill, kind, area }) => section(summary, fill, kind, area, rivals)).join('\n\n')}
`;
}

/** The rule was written before the figures were seen. */
function claim({ contests, speakers, utterances }: FaithfulnessSummary): string {
  const list = (won: boolean) =>
    ORDERS.slice(1)
      .filter((rival) => rival !== 'energy' && beats(contests, rival) === won)
      .join(', ') || 'none';
  const verdict = beats(contests, 'energy')
    ? 'The product map is more faithful than plain spectrogram energy.'
    : 'The claim that the product map is more faithful than plain spectrogram energy is dropped: it does not hold.';
  const energy = contests.filter(({ rival }) => rival === 'energy');
  const gains = energy.map(
    (one) => `${one.kind}, ${one.fill}: ${signed(one.gain)}${range(one.interval)}, ${said(one)}`,
  );
  return `**${verdict}** Gains over energy, in logits: ${gains.join('; ')}.

The rule, fixed before any figure was seen: with both fills, in deletion and in insertion, the interval lies above 0 and p < 0.05. Of the other rivals, by the same rule and as exploration: beaten: ${list(true)}; not beaten: ${list(false)}. One corpus, ${speakers.length} speakers, ${utterances} utterances, networks of one seed.`;
}

const said = ({ interval, p }: Contest) =>
  !interval || p >= 0.05 || (interval.low <= 0 && interval.high >= 0)
    ? 'undecided'
    : interval.low > 0
      ? 'better'
      : 'worse';

function method({ utterances, speakers }: FaithfulnessSummary, studied: readonly Studied[]): string {
  const right = studied.filter(({ emotion, predicted }) => emotion === predicted).length;
  const strange = studied.filter(({ predicted, donorPredicted }) => predicted !== donorPredicted).length;
  const ends = (fill: 'mean' | 'zero') => studied.map(({ curves }) => curves[fill].product.insertion[0]!);
  const average = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const whole = studied.map(({ curves }) => curves.mean.product.deletion[0]!);
  const above = (fill: 'mean' | 'zero') => ends(fill).filter((end, i) => end >= whole[i]!).length;
  return `- Each network of [results/emodb-attention](../emodb-attention) on utterances of the one speaker it never heard: ${utterances} of ${speakers.length} speakers, drawn by seed 1, ${right} of them recognised rightly; right and wrong ones are kept. Of each, one segment: that of the greatest probability of the predicted class, as \`attune explain\` shows it.
- The spectrogram that enters the network (400 bins by 200 frames) is changed cell by cell of the network's own grid, 8 bins by 8 frames, 1,250 cells, and not scaled again. **Deletion** replaces the first cells of an order by the fill; **insertion** begins with nothing but the fill and puts the first cells in. 20 equal steps; every order takes the same number of cells with the same fill, and all orders share both ends.
- Orders run from the greatest value to the least, signed; equal values (digital silence) stand in one random order an utterance, the same for all.
- Fills: the mean of each bin over all frames of the fold's training segments (padding included), the same at all times; and, separately, 0, which is digital silence.
- Followed is the uncalibrated logit of the predicted class. Area: trapezoidal rule over the share of cells from 0 to 1, in logits, not divided by a segment's own range, which can be near 0 or negative: the fill's logit is at or above the segment's in ${above('mean')} (mean) and ${above('zero')} (zero) of ${utterances}. Mean logit: ${plain(average(whole))} of the segments, ${plain(average(ends('mean')))} of the mean fill, ${plain(average(ends('zero')))} of zeros.
- The other utterance is drawn among those of the same speaker and network with the same predicted class; ${strange ? `${strange} had none, and got the map of an utterance with another predicted class` : 'each had one'}.
- With zeros, energy is also the order that changes the input most for each cell, so it has an advantage that has nothing to do with the network. The mean fill errs the other way: it puts sound where there was silence, which favours orders that name silent cells.
- A cell of a map depends on 610 Hz by 590 ms of frames around it, so that no curve can tell single cells apart, and half-filled spectrograms are unlike anything the network was trained on.`;
}

function section(
  { contests }: FaithfulnessSummary,
  fill: string,
  kind: string,
  area: number,
  rivals: readonly Exclude<OrderName, 'product'>[],
): string {
  const rows = rivals.map((name) => {
    const found = contests.find((one) => one.fill === fill && one.kind === kind && one.rival === name)!;
    return `| ${RIVALS[name]} | ${plain(found.area)} | ${signed(found.gain)}${range(found.interval)} | ${found.p.toPrecision(2)} | ${found.speakersWon} | ${found.utterancesWon} |`;
  });
  const better = kind === 'deletion' ? 'lower is better' : 'higher is better';
  return `### ${kind === 'deletion' ? 'Deletion' : 'Insertion'}, ${fill === 'mean' ? 'training mean' : 'zero'} (${better}); product map: ${plain(area)}

| rival | its area | gain of the product map | p | speakers won | utterances won |
|---|---|---|---|---|---|
${rows.join('\n')}`;
}

const plain = (value: number) => value.toFixed(2).replace('-', '−');
const signed = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;
const range = (interval: Contest['interval']) =>
  interval ? ` [${signed(interval.low)}, ${signed(interval.high)}]` : '';
