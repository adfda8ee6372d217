import { audit } from './audit.ts';
import { calibration } from './calibration.ts';
import { chosenConstants } from './chosen.ts';
import { classes } from './classes.ts';
import { corpora } from './corpora.ts';
import { corpusSummary, filesTable, recordingsTable } from './corpus.ts';
import { headline, subtitle } from './headline.ts';
import { type Html, html } from './html.ts';
import { pageHtml, recompute } from './page.ts';
import { badges, markedTitle, protocolInWords, warnings } from './protocol.ts';
import type { Run } from './reported-run.ts';
import { environments, settings } from './settings.ts';
import { speakers } from './speakers.ts';
import { training } from './training.ts';

/**
 * `report.html`: one page with everything in it, without scripts and without anything to load. It is made of its arguments
 * alone, so the same run gives the same bytes.
 */
export function reportHtml(run: Run): string {
  const { config, manifest, metrics, predictions, log, hashes, chosen } = run;
  const name = `${config.corpus}: ${config.options.protocol.replaceAll('-', ' ')}`;
  const badge = badges(run);
  const figures = (heading: string): Html => html`<h2>${heading}${badge}</h2>`;
  const said = { badge, warnings: warnings(run), protocol: protocolInWords(run) };
  const body = html`${headline(run, said)}
${
  metrics.perCorpus
    ? html`${figures('Corpora')}
${corpora(metrics.perCorpus)}
`
    : null
}${figures('Classes')}
${classes(metrics)}
${figures('Speakers')}
${speakers(run)}
${figures('Probabilities')}
${calibration(predictions, metrics.emotions)}
${figures('Training')}
${training(run)}
${
  chosen
    ? html`<h2>Chosen by training speakers</h2>
${chosenConstants(chosen)}
`
    : null
}<h2>Audit</h2>
${audit(manifest, config.options)}
<h2>Configuration</h2>
${settings(config)}
<h2>Environment</h2>
${environments(config, log)}
<h2>Corpus</h2>
${corpusSummary(manifest, metrics.emotions)}
${recordingsTable(manifest)}
<h2>Check these figures</h2>
${CHECK}
${recompute(SEGMENTS)}
${hashes ? filesTable(hashes) : null}`;
  const { attune } = config.environment;
  return pageHtml({ title: markedTitle(run, name), name, badge, subtitle: subtitle(run), body, attune });
}

const CHECK = html`<p><code>npx attune verify RUN DIR</code> calculates every figure again from <code>predictions.csv</code> and compares the files of the
run folder RUN and the recordings in DIR with their hashes; with <code>--retrain FOLD</code> it trains a fold again and compares weights
and predictions.</p>`;

const SEGMENTS = ', the mean over the utterance’s\nsegments';
