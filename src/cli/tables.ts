import type { Interval } from '../evaluate/bootstrap.ts';
import type { Comparison, Difference, SystemFigure } from '../evaluate/comparison.ts';
import { leakNote } from '../evaluate/leaks.ts';
import type { Metrics } from '../evaluate/metrics.ts';

const percent = (share: number) => (100 * share).toFixed(1);

const range = (interval: Interval | null) =>
  interval ? `[${percent(interval.low)}, ${percent(interval.high)}]` : 'none';

/** Rows of cells as lines, each column as wide as its widest cell; the first column to the left, the others to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ');
  return rows.map(line).join('\n');
}

/** The figures of a cross-validation for a terminal, marked where they leak. */
export function metricsTable(metrics: Metrics): string {
  const { intervals, meanOfFolds, confusion, emotions, perGender, leaks } = metrics;
  const figure = (name: string, key: 'wa' | 'ua' | 'macroF1') => {
    const both = [intervals[key], intervals.jackknife?.[key] ?? null].map(range);
    return [leaks ? `${name} LEAKS` : name, percent(metrics[key]), ...both, percent(meanOfFolds[key])];
  };
  const scores = table([
    ['%', 'pooled', '95 %, bootstrap', 'jackknife-t', 'mean of folds'],
    figure('WA', 'wa'),
    figure('UA', 'ua'),
    figure('macro-F1', 'macroF1'),
  ]);
  const counts = table([
    ['true \\ predicted', ...emotions],
    ...emotions.map((emotion, i) => [emotion, ...confusion[i]!.map(String)]),
  ]);
  const warning = leaks ? [leakNote(leaks)] : [];
  const parts = [...warning, scores, counts, ...(perGender ? [gendersTable(perGender)] : [])];
  const scored = `${metrics.utterances} utterances of ${metrics.speakers} speakers in ${metrics.folds} folds.`;
  const notes = [intervals.note, ...(intervals.wa && intervals.jackknife ? [intervals.jackknife.note] : [])];
  return `${parts.join('\n\n')}\n\n${scored} ${notes.join('\n')}\n`;
}

const gendersTable = (genders: NonNullable<Metrics['perGender']>) =>
  table([
    ['%', 'speakers', 'WA', '95 %, bootstrap', 'jackknife-t', 'UA', '95 %, bootstrap', 'jackknife-t'],
    ...genders.map(({ gender, speakers, wa, ua, intervals: { jackknife, ...bootstrap } }) => [
      ...[gender, String(speakers), percent(wa), range(bootstrap.wa), range(jackknife?.wa ?? null)],
      ...[percent(ua), range(bootstrap.ua), range(jackknife?.ua ?? null)],
    ]),
  ]);

/** A comparison of runs for a terminal. */
export function comparisonTable({ systems, pairs, utterances, speakers, notes }: Comparison): string {
  const legend = systems.flatMap(({ name, runs, deterministic }) =>
    runs.map(({ run, protocol, seed }, i) => {
      const unknown = deterministic ? 'nothing in it is random' : 'seed unknown';
      return `${i ? ' ' : name}  ${run} (${protocol ?? 'protocol unknown'}, ${seed === null ? unknown : `seed ${seed}`})`;
    }),
  );
  const figure = ({ mean, deviation, interval, jackknife }: SystemFigure) => [
    ...[percent(mean), range(interval), range(jackknife), deviation === null ? '–' : percent(deviation)],
  ];
  const head = (name: string) => [name, '95 %, bootstrap', 'jackknife-t', 'deviation'];
  const figures = table([
    ['%', 'seeds', ...head('WA'), ...head('UA')],
    ...systems.map(({ name, runs, wa, ua, leaks }) => [
      ...[leaks ? `${name} LEAKS` : name, String(runs.length), ...figure(wa), ...figure(ua)],
    ]),
  ]);
  const differences = pairs.flatMap(({ first, second, wa, ua }) => [
    { name: `${second} - ${first}, WA`, ...wa },
    { name: `${second} - ${first}, UA`, ...ua },
  ]);
  const parts = [legend.join('\n'), figures, ...differenceTables(differences)];
  const scored = `${utterances} utterances of ${speakers} speakers.`;
  return `${[...parts, [scored, ...notes].join('\n')].join('\n\n')}\n`;
}

type NamedDifference = Difference & { readonly name: string };

/** What is tested, then what is descriptive. */
function differenceTables(differences: readonly NamedDifference[]): string[] {
  const row = ({ name, difference, interval, jackknife }: NamedDifference) => [
    ...[name, `${difference > 0 ? '+' : ''}${percent(difference)}`, range(interval), range(jackknife)],
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
      ? [table([['primary, points', ...head, 'p', 'corrected p', 'smallest p', 'verdict'], ...tested])]
      : []),
    ...(descriptive.length ? [table([['descriptive, points', ...head], ...descriptive])] : []),
  ];
}
