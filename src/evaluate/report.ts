import { EMOTIONS } from '../corpus/emotions.ts';
import type { ProtocolName } from '../corpus/protocols.ts';
import type { Interval } from './bootstrap.ts';
import { type Confusion, confusionOf, type Scores, scoresOf, sum } from './confusion.ts';
import { type Html, html, percent, raw, table } from './html.ts';
import { type LearningCurve, learningCurves } from './learning-curves.ts';
import type { Metrics } from './metrics.ts';
import { accuracyPlot, confusionPlot, lossPlot, speakersPlot } from './plots.ts';
import type { Prediction } from './prediction.ts';
import { corpusSummary, recordingsTable } from './report-corpus.ts';
import { environments, settings } from './report-settings.ts';
import { STYLE } from './report-style.ts';
import type { LogEntry, Manifest, RunConfig } from './run-files.ts';

/** What a report tells of: the contents of a run folder. */
export interface Run {
  readonly config: RunConfig;
  readonly manifest: Manifest;
  /** of `predictions` */
  readonly metrics: Metrics;
  /** at least one */
  readonly predictions: readonly Prediction[];
  /** in the order of the file; of two entries for the same fold and epoch the last counts */
  readonly log: readonly LogEntry[];
}

/**
 * `report.html`: one page with everything in it, without scripts and without anything to load. It is made of its arguments
 * alone, so the same run gives the same bytes.
 */
export function reportHtml(run: Run): string {
  const { config, manifest, metrics, predictions, log } = run;
  const title = `${config.corpus}: ${config.options.protocol.replaceAll('-', ' ')}`;
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
<header><h1>${title}</h1>
<p class="faint">${subtitle(run)}</p></header>
<main>
${headline(run)}
${audit(run)}
<h2>Classes</h2>
${classes(metrics)}
<h2>Speakers</h2>
${speakers(metrics)}
<h2>Training</h2>
${training(learningCurves(log), predictions)}
<h2>Configuration</h2>
${settings(config)}
<h2>Environment</h2>
${environments(config, log)}
<h2>Corpus</h2>
${corpusSummary(manifest)}
${recordingsTable(manifest)}
<h2>Recompute these figures</h2>
${RECOMPUTE}
</main>
<footer class="faint">Written by Attune ${config.environment.attune}.</footer>
</body>
</html>
`.markup;
}

const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`;

function subtitle({ config: { options }, metrics }: Run): string {
  const parts = [
    count(metrics.utterances, 'utterance'),
    count(metrics.speakers, 'speaker'),
    count(metrics.folds, 'fold'),
  ];
  return [
    `${options.architecture.pooling} pooling`,
    ...parts,
    count(options.schedule.epochs, 'epoch'),
    `seed ${options.seed}`,
  ].join(' · ');
}

function headline({ metrics, manifest, config }: Run): Html {
  const recordings = manifest.recordings.filter(({ fold }) => fold !== undefined); // the others are only trained on
  const { intervals, meanOfFolds, confusion, utterances } = metrics;
  const supports = confusion.map(sum);
  const most = Math.max(...supports);
  const lacking = Object.entries(meanOfFolds.foldsLackingAClass);
  const tile = (key: keyof Scores, name: string, meaning: string) => html`<div class="tile"><p>${name}</p>
<p class="value">${percent(metrics[key])}</p>
<p>${rangeOf(intervals[key], intervals.level)}</p>
<p>mean of folds ${percent(meanOfFolds[key])}</p>
<p class="faint meaning">${meaning}</p></div>`;
  const covers = `The predictions cover ${utterances} of ${recordings.length} recordings: the figures are of those alone.`;
  const { note, redrawn, draws } = intervals;
  const again = redrawn ? ` (${redrawn} more lacked a class and were drawn again)` : '';
  const lack = `Folds without a true utterance of some class, whose UA and macro-F1 are means over the other classes: ${lacking
    .map(([fold, missing]) => `${fold} (${missing.join(', ')})`)
    .join('; ')}.`;
  return html`${config.options.protocol === 'random-leaking' ? html`<p class="warning">${LEAKS}</p>` : null}
${utterances < recordings.length ? html`<p class="warning">${covers}</p>` : null}
<section class="tiles">
${tile('wa', 'WA, weighted accuracy', 'the share of all utterances that is recognised rightly')}
${tile('ua', 'UA, unweighted accuracy', 'the mean of the classes’ recalls: every class weighs the same')}
${tile('macroF1', 'Macro-F1', 'the mean of the classes’ F1, which counts false alarms as well')}
</section>
<p>${HEARD[config.options.protocol]} The large figures are pooled: of all folds’ predictions
taken together; for the mean of folds each fold weighs the same. Always answering
“${EMOTIONS[supports.indexOf(most)]!}”, the most frequent class, would reach WA ${percent(most / utterances)} and UA ${percent(1 / supports.filter(Boolean).length)}.</p>
<p class="faint">${note[0]!.toUpperCase() + note.slice(1)}${draws ? html`; ${draws} draws${again}` : null}.</p>
${lacking.length ? html`<p class="faint">${lack}</p>` : null}`;
}

const LEAKS =
  'LEAKS: this is a random split, and speakers stand on both sides of every fold. Its figures say nothing about new speakers; they are here to show what such a leak is worth.';

/** What each protocol promises of the models that score. */
const HEARD: Readonly<Record<ProtocolName, string>> = {
  'leave-one-speaker-out': 'Every utterance was scored by a model that never heard its speaker.',
  'leave-one-session-out':
    'Every utterance was scored by a model that never heard its session, nor, where sessions share none, its speaker.',
  'speaker-folds':
    'Every utterance was scored by a model that never heard its speaker; the speakers of a fold share a model.',
  'random-leaking': 'Every utterance was scored by a model that never heard it, but was trained on its speaker.',
  'cross-corpus': 'One model was trained on one corpus and scored every utterance of another.',
};

/** What the audit found before the run was started. */
function audit({ manifest, config }: Run): Html | null {
  if (!manifest.audit) return null;
  const accept = config.options.accept ?? [];
  const told = manifest.audit.map(({ code, name, message, fatal }) => {
    const how = !fatal
      ? 'reported'
      : accept.includes(name) || accept.includes(code)
        ? 'accepted'
        : 'part of the protocol';
    return html`<li>${code} (${how}): ${message}</li>\n`;
  });
  return html`<h2>Audit</h2>
${told.length ? html`<ul>${told}</ul>` : html`<p>Nothing was found: no speaker and no copy of a recording on both sides of a fold, no class or speaker missing.</p>`}`;
}

const rangeOf = (interval: Interval | null, level: number): string =>
  interval
    ? `${Math.round(100 * level)} % interval ${(100 * interval.low).toFixed(1)} to ${percent(interval.high)}`
    : 'no interval';

function classes({ confusion, perClass }: Metrics): Html {
  const rows = EMOTIONS.map((emotion) => {
    const { support, recall, precision, f1 } = perClass[emotion];
    return [emotion, support, percent(recall), percent(precision), percent(f1)];
  });
  return html`<div class="pair"><figure>
${raw(confusionPlot(confusion))}<figcaption>Utterances, and their share of the row: on the diagonal the recall.</figcaption></figure>
<div>${table(['Class', 'Utterances', 'Recall', 'Precision', 'F1'], rows)}
<p class="faint" style="margin-top: .9rem">Recall: the share of a class’s utterances that is recognised as it. Precision: the share of
the utterances recognised as a class that is truly of it. F1: their harmonic mean.${mixUp(confusion)}</p></div></div>`;
}

/** The confusion that takes the greatest share of a class. */
function mixUp(confusion: Confusion): string | null {
  const pairs = confusion.flatMap((row, t) =>
    row.map((wrong, p) => ({ t, p, wrong, of: sum(row), share: wrong / (sum(row) || 1) })),
  );
  const [worst] = pairs.filter(({ t, p, wrong }) => t !== p && wrong).sort((a, b) => b.share - a.share);
  if (!worst) return null;
  const { t, p, wrong, of, share } = worst;
  return ` Most mixed up: ${wrong} of ${of} ${EMOTIONS[t]} utterances (${percent(share)}) are recognised as ${EMOTIONS[p]}.`;
}

const swatch = (colour: 'blue' | 'orange') => html`<span class="swatch" style="background: var(--${colour})"></span>`;

const speakers = (metrics: Metrics): Html => html`<figure>
<p>${swatch('blue')}WA &nbsp; ${swatch('orange')}UA</p>
<div class="scroll">${raw(speakersPlot(metrics.perSpeaker, metrics))}</div>
<figcaption>A speaker’s UA is the mean over the classes of which there is an utterance of this
speaker.</figcaption></figure>`;

function training(curves: readonly LearningCurve[], predictions: readonly Prediction[]): Html {
  if (!curves.length) return html`<p>The log of this run holds no epoch.</p>`;
  const rows = curves.map(({ fold, epochs }) => {
    const { epoch, loss, accuracy } = epochs.at(-1)!;
    const own = predictions.filter((prediction) => prediction.fold === fold);
    const { wa, ua } = own.length ? scoresOf(confusionOf(own)) : { wa: null, ua: null };
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

const RECOMPUTE = html`<p><code>predictions.csv</code> holds a row an utterance: <code>utterance</code>, <code>speaker</code>, <code>fold</code>,
<code>emotion</code> (the true class), <code>predicted</code>, and a probability for each class, the mean over the utterance’s
segments. WA and UA follow from it with nothing but Python:</p>
<pre>import csv
rows = list(csv.DictReader(open("predictions.csv", encoding="utf-8", newline="")))
def right(some): return sum(row["emotion"] == row["predicted"] for row in some) / len(some)
classes = {row["emotion"] for row in rows}
recalls = [right([row for row in rows if row["emotion"] == emotion]) for emotion in classes]
print("WA", right(rows), "UA", sum(recalls) / len(recalls))</pre>`;
