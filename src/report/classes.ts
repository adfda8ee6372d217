import { percent } from '../percent.ts';
import { type Confusion, sum } from '../statistics/confusion.ts';
import type { Metrics } from '../statistics/metrics.ts';
import { type Html, html, raw, table } from './html.ts';
import { confusionPlot } from './plots.ts';

/** The confusion matrix, and what follows from it for each class. */
export function classes({ confusion, perClass, emotions }: Metrics): Html {
  const rows = emotions.map((emotion) => {
    const { support, recall, precision, f1 } = perClass[emotion]!;
    return [emotion, support, percent(recall), percent(precision), percent(f1)];
  });
  const layout = emotions.length > 4 ? 'stack' : 'pair'; // more need the whole width
  return html`<div class="${layout}"><figure>
${raw(confusionPlot(confusion, emotions))}<figcaption>Utterances, and their share of the row: on the diagonal the recall.</figcaption></figure>
<div>${table(['Class', 'Utterances', 'Recall', 'Precision', 'F1'], rows)}
<p class="faint" style="margin-top: .9rem">Recall: the share of a class’s utterances that is recognised as it. Precision: the share of
the utterances recognised as a class that is truly of it. F1: their harmonic mean.${mixUp(confusion, emotions)}</p></div></div>`;
}

/** The confusion that takes the greatest share of a class. */
function mixUp(confusion: Confusion, emotions: readonly string[]): string | null {
  const pairs = confusion.flatMap((row, t) =>
    row.map((wrong, p) => ({ t, p, wrong, of: sum(row), share: wrong / (sum(row) || 1) })),
  );
  const [worst] = pairs.filter(({ t, p, wrong }) => t !== p && wrong).sort((a, b) => b.share - a.share);
  if (!worst) return null;
  const { t, p, wrong, of, share } = worst;
  return ` Most mixed up: ${wrong} of ${of} ${emotions[t]} utterances (${percent(share)}) are recognised as ${emotions[p]}.`;
}
