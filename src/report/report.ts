import { audit } from './audit.ts';
import { calibration } from './calibration.ts';
import { classes } from './classes.ts';
import { corpusSummary, filesTable, recordingsTable } from './corpus.ts';
import { headline, subtitle } from './headline.ts';
import { type Html, html, raw } from './html.ts';
import { badges, markedTitle } from './protocol.ts';
import type { Run } from './reported-run.ts';
import { environments, settings } from './settings.ts';
import { speakers } from './speakers.ts';
import { STYLE } from './style.ts';
import { training } from './training.ts';

/**
 * `report.html`: one page with everything in it, without scripts and without anything to load. It is made of its arguments
 * alone, so the same run gives the same bytes.
 */
export function reportHtml(run: Run): string {
  const { config, manifest, metrics, predictions, log, hashes } = run;
  const name = `${config.corpus}: ${config.options.protocol.replaceAll('-', ' ')}`;
  const title = markedTitle(run, name);
  const figures = (heading: string): Html => html`<h2>${heading}${badges(run)}</h2>`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<header><h1>${name}${badges(run)}</h1>
<p class="faint">${subtitle(run)}</p></header>
<main>
${headline(run)}
${figures('Classes')}
${classes(metrics)}
${figures('Speakers')}
${speakers(run)}
${figures('Probabilities')}
${calibration(predictions, metrics.emotions)}
${figures('Training')}
${training(run)}
<h2>Audit</h2>
${audit(run)}
<h2>Configuration</h2>
${settings(config)}
<h2>Environment</h2>
${environments(config, log)}
<h2>Corpus</h2>
${corpusSummary(manifest, metrics.emotions)}
${recordingsTable(manifest)}
<h2>Check these figures</h2>
${CHECK}
${RECOMPUTE}
${hashes ? filesTable(hashes) : null}
</main>
<footer class="faint">Written by Attune ${config.environment.attune}.</footer>
</body>
</html>
`.markup;
}

const CHECK = html`<p><code>npx attune verify RUN DIR</code> calculates every figure again from <code>predictions.csv</code> and compares the files of the
run folder RUN and the recordings in DIR with their hashes; with <code>--retrain FOLD</code> it trains a fold again and compares weights
and predictions.</p>`;

const RECOMPUTE = html`<p><code>predictions.csv</code> holds a row an utterance: <code>utterance</code>, <code>speaker</code>, <code>fold</code>,
<code>emotion</code> (the true class), <code>predicted</code>, and a probability for each class, the mean over the utterance’s
segments. WA and UA follow from it with nothing but Python:</p>
<pre>import csv
rows = list(csv.DictReader(open("predictions.csv", encoding="utf-8", newline="")))
def right(some): return sum(row["emotion"] == row["predicted"] for row in some) / len(some)
classes = {row["emotion"] for row in rows}
recalls = [right([row for row in rows if row["emotion"] == emotion]) for emotion in classes]
print("WA", right(rows), "UA", sum(recalls) / len(recalls))</pre>`;
