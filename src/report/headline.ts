import { createNetwork } from '../model/architecture.ts';
import { percent } from '../percent.ts';
import type { Interval } from '../statistics/bootstrap.ts';
import type { Scores } from '../statistics/confusion.ts';
import { count } from '../text.ts';
import { type Html, html, table } from './html.ts';
import type { Run } from './reported-run.ts';

/** The run in a line. */
export function subtitle({ config: { options }, metrics }: Run): string {
  return [
    createNetwork(options.architecture).name,
    ...(options.elm ? ['extreme learning machine'] : []),
    ...[count(metrics.utterances, 'utterance'), count(metrics.speakers, 'speaker'), count(metrics.folds, 'fold')],
    ...[count(options.schedule.epochs, 'epoch'), `seed ${options.seed}`],
  ].join(' · ');
}

/** What figures are of. */
export type Figured = Pick<Run, 'manifest' | 'metrics'>;

/** What is said with the figures of a page. */
export interface SaidWithFigures {
  /** beside each */
  readonly badge: Html | null;
  /** before any */
  readonly warnings: Html;
  /** how the corpus was divided, and what was heard by what scored it */
  readonly protocol: Html;
}

/** Warnings, the three pooled figures, and how to read them. */
export function headline(run: Figured, { badge, warnings, protocol }: SaidWithFigures): Html {
  const { intervals, meanOfFolds, utterances, perClass, emotions } = run.metrics;
  const supports = emotions.map((emotion) => perClass[emotion]!.support);
  const most = Math.max(...supports);
  const tile = (key: keyof Scores, name: string, meaning: string) => html`<div class="tile"><p>${name}${badge}</p>
<p class="value">${percent(run.metrics[key])}</p>
<p>${rangeOf(intervals[key], intervals.level)}</p>
<p>mean of folds ${percent(meanOfFolds[key])}</p>
<p class="faint meaning">${meaning}</p></div>`;
  const { note, redrawn, draws } = intervals;
  const again = redrawn ? ` (${redrawn} more lacked a class and were drawn again)` : '';
  return html`${warnings}
${coverage(run)}
<section class="tiles">
${tile('wa', 'WA, weighted accuracy', 'the share of all utterances that is recognised rightly')}
${tile('ua', 'UA, unweighted accuracy', 'the mean of the classes’ recalls: every class weighs the same')}
${tile('macroF1', 'Macro-F1', 'the mean of the classes’ F1, which counts false alarms as well')}
</section>
${protocol}
<p>The large figures are pooled: of all folds’ predictions taken together; for the mean of folds each fold weighs the same.
Always answering “${emotions[supports.indexOf(most)]!}”, ${supports.filter((support) => support === most).length > 1 ? 'one of the most frequent classes' : 'the most frequent class'}, would reach WA ${percent(most / utterances)} and UA ${percent(1 / supports.filter(Boolean).length)}.</p>
<p class="faint">${capital(note)}${draws ? html`; ${draws} draws${again}` : null}.</p>
${bothIntervals(run, badge)}
${lacking(run)}`;
}

/** The bootstrap beside the jackknife, of all speakers and of those of a gender, where there are six or more. */
function bothIntervals(run: Figured, badge: Html | null): Html | null {
  const { perGender = [], ...all } = run.metrics;
  const groups = [{ who: 'all', ...all }, ...perGender.map(({ gender: who, ...own }) => ({ who, ...own }))];
  const rows = groups.flatMap(({ who, intervals: { jackknife, ...bootstrap }, ...figures }) =>
    FIGURES.flatMap(({ key, name }) => {
      if (!bootstrap[key] || !jackknife) return [];
      return [[who, name, percent(figures[key]), range(bootstrap[key]), range(jackknife[key])]];
    }),
  );
  if (!rows.length) return null;
  const head = ['Speakers', 'Figure', 'Pooled', 'Bootstrap', 'Jackknife-t'];
  const { note } = all.intervals.jackknife!;
  return html`<div class="after"><p>Two 95 % intervals beside each other${badge}</p>
${table(head, rows, [0, 1])}
<p class="faint">${capital(note)}. They are the wider ones where speakers are few: they reckon with how badly few speakers tell how far
speakers differ, which the percentile bootstrap does not.</p></div>`;
}

const FIGURES = [
  { key: 'wa', name: 'WA' },
  { key: 'ua', name: 'UA' },
  { key: 'macroF1', name: 'Macro-F1' },
] as const;

const range = (interval: Interval | null): string =>
  interval ? `${(100 * interval.low).toFixed(1)} to ${percent(interval.high)}` : '–';

const capital = (text: string) => text[0]!.toUpperCase() + text.slice(1);

/** Recordings that only are trained on have no prediction. */
function coverage({ manifest, metrics: { utterances } }: Figured): Html | null {
  const tested = manifest.recordings.filter(({ fold }) => fold !== undefined).length;
  if (utterances >= tested) return null;
  return html`<p class="warning">The predictions cover ${utterances} of ${tested} recordings that are tested: the figures are of those alone.</p>`;
}

function lacking({ metrics }: Figured): Html | null {
  const folds = Object.entries(metrics.meanOfFolds.foldsLackingAClass);
  if (!folds.length) return null;
  const named = folds.map(([fold, missing]) => `${fold} (${missing.join(', ')})`).join('; ');
  return html`<p class="faint">Folds without a true utterance of some class, whose UA and macro-F1 are means over the other classes: ${named}.</p>`;
}

const rangeOf = (interval: Interval | null, level: number): string =>
  interval ? `${Math.round(100 * level)} % interval ${range(interval)}` : 'no interval';
