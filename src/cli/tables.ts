import { few } from '../corpus/findings.ts';
import { type Marks, markNames, markNotes } from '../corpus/leaks.ts';
import { type Comparison, type Difference, markNamesOf, type SystemFigure } from '../evaluate/comparison.ts';
import { inPercent } from '../percent.ts';
import { paragraphs, tableLines } from '../plain-table.ts';
import type { Interval } from '../statistics/bootstrap.ts';
import type { Metrics } from '../statistics/metrics.ts';
import { count } from '../text.ts';

export const range = (interval: Interval | null) =>
  interval ? `[${inPercent(interval.low)}, ${inPercent(interval.high)}]` : 'none';

const marked = (name: string, marks: Marks): string => [name, ...markNames(marks)].join(' ');

/**
 * The figures of a cross-validation for a terminal, marked where they leak.
 *
 * @param marks what the marks mean, sentences
 */
export function metricsTable(metrics: Metrics, marks: readonly string[] = markNotes(metrics)): string[] {
  const { intervals, meanOfFolds, confusion, emotions, perGender, perCorpus } = metrics;
  const figure = (name: string, key: 'wa' | 'ua' | 'macroF1') => {
    const both = [intervals[key], intervals.jackknife?.[key] ?? null].map(range);
    return [marked(name, metrics), inPercent(metrics[key]), ...both, inPercent(meanOfFolds[key])];
  };
  const scores = tableLines([
    ['%', 'pooled', '95 %, bootstrap', 'jackknife-t', 'mean of folds'],
    figure('WA', 'wa'),
    figure('UA', 'ua'),
    figure('macro-F1', 'macroF1'),
  ]);
  const counts = tableLines([
    ['true \\ predicted', ...emotions],
    ...emotions.map((emotion, i) => [emotion, ...confusion[i]!.map(String)]),
  ]);
  const parts = [
    ...marks,
    scores,
    counts,
    ...(perCorpus ? [corporaTable(perCorpus)] : []),
    ...(perGender ? [gendersTable(perGender)] : []),
  ];
  const scored = `${count(metrics.utterances, 'utterance')} of ${count(metrics.speakers, 'speaker')} in ${count(metrics.folds, 'fold')}.`;
  const lacking = Object.entries(meanOfFolds.foldsLackingAClass).map(
    ([fold, classes]) => `${fold} (${classes.join(', ')})`,
  );
  const lacks = lacking.length
    ? [`The mean of folds is over the classes that each tests, and not all test all: ${few(lacking)}.`]
    : [];
  const notes = [intervals.note, ...(intervals.wa && intervals.jackknife ? [intervals.jackknife.note] : [])];
  const [first, ...others] = notes;
  return paragraphs([...parts, [`${scored} ${first}`, ...others, ...lacks]]);
}

const corporaTable = (corpora: NonNullable<Metrics['perCorpus']>) =>
  tableLines([
    ['%', 'speakers', 'utterances', 'WA', 'UA', 'macro-F1'],
    ...corpora.map(({ corpus, speakers, utterances, wa, ua, macroF1 }) => [
      ...[corpus, String(speakers), String(utterances)],
      ...[wa, ua, macroF1].map((value) => inPercent(value)),
    ]),
  ]);

const gendersTable = (genders: NonNullable<Metrics['perGender']>) =>
  tableLines([
    ['%', 'speakers', 'WA', '95 %, bootstrap', 'jackknife-t', 'UA', '95 %, bootstrap', 'jackknife-t'],
    ...genders.map(({ gender, speakers, wa, ua, intervals: { jackknife, ...bootstrap } }) => [
      ...[gender, String(speakers), inPercent(wa), range(bootstrap.wa), range(jackknife?.wa ?? null)],
      ...[inPercent(ua), range(bootstrap.ua), range(jackknife?.ua ?? null)],
    ]),
  ]);

/** A comparison of runs for a terminal. */
export function comparisonTable({ systems, pairs, utterances, speakers, notes }: Comparison): string[] {
  const legend = systems.flatMap(({ name, runs, deterministic }) =>
    runs.map(({ run, protocol, seed }, i) => {
      const unknown = deterministic ? 'nothing in it is random' : 'seed unknown';
      return `${i ? ' ' : name}  ${run} (${protocol ?? 'protocol unknown'}, ${seed === null ? unknown : `seed ${seed}`})`;
    }),
  );
  const figure = ({ mean, deviation, interval, jackknife }: SystemFigure) => [
    ...[inPercent(mean), range(interval), range(jackknife), deviation === null ? '–' : inPercent(deviation)],
  ];
  const head = (name: string) => [name, '95 %, bootstrap', 'jackknife-t', 'deviation'];
  const figures = tableLines([
    ['%', 'seeds', ...head('WA'), ...head('UA')],
    ...systems.map(({ name, runs, wa, ua, ...marks }) => [
      ...[[name, ...markNamesOf(marks)].join(' '), String(runs.length)],
      ...[...figure(wa), ...figure(ua)],
    ]),
  ]);
  const differences = pairs.flatMap(({ first, second, wa, ua }) => [
    { name: `${second} - ${first}, WA`, ...wa },
    { name: `${second} - ${first}, UA`, ...ua },
  ]);
  const scored = `${count(utterances, 'utterance')} of ${count(speakers, 'speaker')}.`;
  return paragraphs([legend, figures, ...differenceTables(differences), [scored, ...notes]]);
}

type NamedDifference = Difference & { readonly name: string };

/** What is tested, then what is descriptive. */
function differenceTables(differences: readonly NamedDifference[]): string[][] {
  const row = ({ name, difference, interval, jackknife }: NamedDifference) => [
    ...[name, `${difference > 0 ? '+' : ''}${inPercent(difference)}`, range(interval), range(jackknife)],
  ];
  const tested = differences.flatMap((one) => {
    if (!one.test) return [];
    const { p, correctedP, smallestP, verdict } = one.test;
    return [[...row(one), ...[p, correctedP, smallestP].map((value) => value.toPrecision(2)), verdict]];
  });
  const descriptive = differences.filter(({ test }) => !test).map(row);
  const head = ['difference', '95 %, bootstrap', 'jackknife-t'];
  return [
    ...(tested.length
      ? [tableLines([['primary, points', ...head, 'p', 'corrected p', 'smallest p', 'verdict'], ...tested])]
      : []),
    ...(descriptive.length ? [tableLines([['descriptive, points', ...head], ...descriptive])] : []),
  ];
}
