import { percent } from '../percent.ts';
import type { Interval } from '../statistics/bootstrap.ts';
import { sum } from '../statistics/confusion.ts';
import { hitsOf } from '../statistics/hits.ts';
import type { GenderScores } from '../statistics/metrics.ts';
import type { Prediction } from '../statistics/prediction.ts';
import { meanShareInterval, wilsonInterval } from '../statistics/wilson.ts';
import { type Html, html, raw, table } from './html.ts';
import type { Run } from './reported-run.ts';
import { type SpeakerBars, speakersPlot } from './speakers-plot.ts';

/** WA and UA of each speaker with their intervals, and by gender where it is known. */
export const speakers = ({ metrics, predictions }: Pick<Run, 'metrics' | 'predictions'>): Html => html`<figure>
<p>${swatch('blue')}WA &nbsp; ${swatch('orange')}UA</p>
<div class="scroll">${raw(speakersPlot(speakerBars(predictions, metrics.emotions), metrics))}</div>
<figcaption>A speaker’s UA is the mean over the classes of which there is an utterance of this speaker. Lines: 95 % intervals. A
speaker’s own tells what more utterances of this very speaker might have given, as if utterances did not depend on each other:
Wilson’s interval of WA; of UA those of the recalls, put together. Those of all speakers tell what other speakers might have given${metrics.intervals.wa ? null : ', for which these are too few'}.</figcaption></figure>
${metrics.perGender ? genders(metrics.perGender) : null}`;

const swatch = (colour: 'blue' | 'orange') => html`<span class="swatch" style="background: var(--${colour})"></span>`;

/** Figures of each speaker, sorted, with intervals over this speaker's utterances. */
export function speakerBars(predictions: readonly Prediction[], classes: readonly string[]): SpeakerBars[] {
  const { speakers, supports, hits } = hitsOf(predictions, classes);
  return speakers.map((speaker, s) => {
    const shares = supports[s]!.flatMap((draws, c) => (draws ? [{ hits: hits[s]![c]!, draws }] : []));
    const [right, utterances] = [sum(hits[s]!), sum(supports[s]!)];
    return {
      ...{ speaker, utterances, wa: right / utterances },
      ua: sum(shares.map(({ hits, draws }) => hits / draws)) / shares.length,
      intervals: { wa: wilsonInterval(right, utterances), ua: meanShareInterval(shares) },
    };
  });
}

function genders(groups: readonly GenderScores[]): Html {
  const rows = groups.map(({ gender, speakers, utterances, wa, ua, macroF1, intervals }) => [
    ...[gender, speakers, utterances, percent(wa), range(intervals.wa), percent(ua), range(intervals.ua)],
    percent(macroF1),
  ]);
  const head = ['Gender', 'Speakers', 'Utterances', 'WA', '95 % interval', 'UA', '95 % interval', 'Macro-F1'];
  return html`<div class="after">${table(head, rows)}
<p class="faint">Pooled over the speakers of a gender. Intervals by bootstrap over these speakers, none below 6.</p></div>`;
}

const range = (interval: Interval | null): string =>
  interval ? `${(100 * interval.low).toFixed(1)} to ${percent(interval.high)}` : '–';
