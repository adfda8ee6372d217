import type { Hashes } from '../run/hashes.ts';
import type { Manifest } from '../run/run-files.ts';
import type { ScoreConfig, ScoredSystem } from '../run/score-file.ts';
import type { Metrics } from '../statistics/metrics.ts';
import type { Prediction } from '../statistics/prediction.ts';
import { count } from '../text.ts';
import { audit } from './audit.ts';
import { calibration } from './calibration.ts';
import { classes } from './classes.ts';
import { corpusSummary, filesTable, recordingsTable } from './corpus.ts';
import { headline } from './headline.ts';
import { facts, type Html, html } from './html.ts';
import { pageHtml, recompute } from './page.ts';
import { badgesOf } from './protocol.ts';
import { environmentFacts, shown } from './settings.ts';
import { speakers } from './speakers.ts';

/** What the page of a system tells that was made elsewhere. */
export interface Score {
  readonly config: ScoreConfig;
  readonly manifest: Manifest;
  /** of `predictions`, with the mark */
  readonly metrics: Metrics;
  readonly predictions: readonly Prediction[];
  readonly hashes: Hashes;
}

const KINDS: Readonly<Record<ScoredSystem['kind'], string>> = {
  model: 'an audio classifier, run by Attune',
  predictions: 'a table of what a tool said',
};

/** `report.html` of a system that was made elsewhere: the page of a run without what only training has. */
export function scoreHtml({ config, manifest, metrics, predictions, hashes }: Score): string {
  const { system } = config.options;
  const badge = badgesOf(metrics);
  const name = `${config.corpus}: ${system.path}`;
  const figures = (heading: string): Html => html`<h2>${heading}${badge}</h2>`;
  const body = html`${headline({ manifest, metrics }, { badge, warnings: WARNING, protocol: PROTOCOL })}
${figures('Classes')}
${classes(metrics)}
${figures('Speakers')}
${speakers({ metrics, predictions })}
${figures('Probabilities')}
${system.probabilities ? calibration(predictions, metrics.emotions, ORIGIN) : NONE}
<h2>Audit</h2>
${audit(manifest, config.options)}
<h2>System</h2>
${settings(config)}
<h2>Environment</h2>
<div class="settings">${environmentFacts(config.environment)}</div>
<h2>Corpus</h2>
${corpusSummary(manifest, metrics.emotions)}
${recordingsTable(manifest)}
<h2>Check these figures</h2>
${recompute()}
${filesTable(hashes)}`;
  const parts = [KINDS[system.kind], count(metrics.utterances, 'utterance'), count(metrics.speakers, 'speaker')];
  const { attune } = config.environment;
  return pageHtml({ title: `contamination unknown: ${name}`, name, badge, subtitle: parts.join(' · '), body, attune });
}

const WARNING = html`<p class="leak"><strong>contamination unknown</strong>: nothing says all that this system was made with.
It may have heard the speakers, or the very recordings, that it is tested on here.</p>`;
const PROTOCOL = html`<p>A system that was made elsewhere answered for every utterance; nothing was trained.</p>`;
const ORIGIN =
  'The probabilities are the system’s own, of its labels added up by class; what it gives to labels that are ignored is taken out.';
const NONE = html`<p>The system gives no probabilities. In <code>predictions.csv</code> what it says has 1, and all else 0.</p>`;

function settings({ options }: ScoreConfig): Html {
  const { system, reading, predictedLabels, accept, seed } = options;
  const rows = [
    ['Kind', KINDS[system.kind]],
    ['Path', system.path],
    [system.kind === 'model' ? 'SHA-256 of its ONNX file' : 'SHA-256', html`<code>${system.sha256}</code>`],
    ['Its labels', shown(system.labels)],
    ...(predictedLabels ? [['Meaning that labels were given', shown(predictedLabels)] as const] : []),
    ...(reading ? [['How the corpus was read', shown(reading)] as const] : []),
    ...(accept ? [['Findings of the audit that may pass', shown(accept)] as const] : []),
    ['Seed of intervals', seed],
  ] as const;
  return html`<div class="settings">${facts(rows)}</div>`;
}
