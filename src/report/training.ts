import { percent } from '../percent.ts';
import { confusionOf, scoresOf } from '../statistics/confusion.ts';
import { type Html, html, raw, table } from './html.ts';
import { learningCurves } from './learning-curves.ts';
import { accuracyPlot, lossPlot } from './plots.ts';
import type { Run } from './reported-run.ts';

/** Loss and accuracy on training segments, epoch by epoch. */
export function training({ log, metrics, predictions }: Run): Html {
  const curves = learningCurves(log);
  if (!curves.length) return html`<p>The log of this run holds no epoch.</p>`;
  const rows = curves.map(({ fold, epochs }) => {
    const { epoch, loss, accuracy } = epochs.at(-1)!;
    const own = predictions.filter((prediction) => prediction.fold === fold);
    const { wa, ua } = own.length ? scoresOf(confusionOf(own, metrics.emotions)) : { wa: null, ua: null };
    return [fold, epoch, loss.toFixed(4), percent(accuracy), own.length, percent(wa), percent(ua)];
  });
  const head = ['Fold', 'Epochs', 'Training loss', 'Training accuracy', 'Test utterances', 'Test WA', 'Test UA'];
  return html`<figure><div class="pair"><div><h3>Training loss</h3>
${raw(lossPlot(curves))}</div><div><h3>Training accuracy, %</h3>
${raw(accuracyPlot(curves))}</div></div>
<figcaption>A thin line for each fold, a thick one for their mean, over training segments as they were met. Dashed: the learning rate
falls to the figure above the line. The last epoch’s model is the one that is scored.</figcaption></figure>
<details><summary>The last epoch of each fold</summary>${table(head, rows)}</details>`;
}
