import type { Metrics } from '../evaluate/metrics.ts';

const percent = (share: number) => (100 * share).toFixed(1);

/** Rows of cells as lines, each column as wide as its widest cell; the first column to the left, the others to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ');
  return rows.map(line).join('\n');
}

/** The figures of a cross-validation for a terminal. */
export function metricsTable(metrics: Metrics): string {
  const { intervals, meanOfFolds, confusion, emotions } = metrics;
  const figure = (name: string, key: 'wa' | 'ua' | 'macroF1') => {
    const interval = intervals[key];
    const range = interval ? `[${percent(interval.low)}, ${percent(interval.high)}]` : 'none';
    return [name, percent(metrics[key]), range, percent(meanOfFolds[key])];
  };
  const scores = table([
    ['%', 'pooled', '95 % interval', 'mean of folds'],
    figure('WA', 'wa'),
    figure('UA', 'ua'),
    figure('macro-F1', 'macroF1'),
  ]);
  const counts = table([
    ['true \\ predicted', ...emotions],
    ...emotions.map((emotion, i) => [emotion, ...confusion[i]!.map(String)]),
  ]);
  return `${scores}\n\n${counts}\n\n${metrics.utterances} utterances of ${metrics.speakers} speakers in ${metrics.folds} folds. ${intervals.note}\n`;
}
