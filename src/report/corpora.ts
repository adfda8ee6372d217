import { percent } from '../percent.ts';
import type { CorpusScores } from '../statistics/metrics.ts';
import { type Html, html, table } from './html.ts';

/** Figures of each corpus, where several are tested. */
export function corpora(scores: readonly CorpusScores[]): Html {
  const rows = scores.map(({ corpus, speakers, utterances, wa, ua, macroF1 }) => [
    ...[corpus, speakers, utterances],
    ...[wa, ua, macroF1].map((value) => percent(value)),
  ]);
  return html`${table(['Corpus', 'Speakers', 'Utterances', 'WA', 'UA', 'Macro-F1'], rows)}
<p class="faint">Pooled over the utterances of a corpus. Figures of all count each utterance once, so large corpora speak loudest in them.</p>`;
}
