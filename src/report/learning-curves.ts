import { byCodeUnits } from '../corpus/adapter.ts';
import type { LogEntry } from '../run/run-files.ts';
import { mean } from '../statistics/confusion.ts';
import type { EpochReport } from '../train/schedule.ts';

/** How one fold learned; its epochs sorted. */
export interface LearningCurve {
  readonly fold: string;
  /** at least one */
  readonly epochs: readonly EpochReport[];
}

/** The epochs in a log, by fold, folds sorted. Of two entries for the same epoch, which a continued run leaves, the last counts. */
export function learningCurves(log: readonly LogEntry[]): LearningCurve[] {
  const folds = new Map<string, Map<number, EpochReport>>();
  for (const entry of log) {
    if (entry.event !== 'epoch') continue;
    if (!folds.has(entry.fold)) folds.set(entry.fold, new Map());
    folds.get(entry.fold)!.set(entry.epoch, entry);
  }
  return [...folds]
    .sort(([a], [b]) => byCodeUnits(a, b))
    .map(([fold, epochs]) => ({ fold, epochs: [...epochs.values()].sort((a, b) => a.epoch - b.epoch) }));
}

/** The mean over folds, for the epochs that every fold has reached. */
export function meanCurve(curves: readonly LearningCurve[], value: (report: EpochReport) => number) {
  const every = curves.map(({ epochs }) => new Map(epochs.map((report) => [report.epoch, value(report)])));
  return [...(every[0]?.keys() ?? [])]
    .filter((epoch) => every.every((values) => values.has(epoch)))
    .map((epoch) => ({ epoch, value: mean(every.map((values) => values.get(epoch)!)) }));
}

/** Epochs from which on the learning rate is lower than before, with that rate. */
export function rateDrops(
  curves: readonly LearningCurve[],
): { readonly epoch: number; readonly learningRate: number }[] {
  const rates = new Map(curves.flatMap(({ epochs }) => epochs.map(({ epoch, learningRate }) => [epoch, learningRate])));
  return [...rates]
    .map(([epoch, learningRate]) => ({ epoch, learningRate }))
    .filter(({ epoch, learningRate }) => learningRate < (rates.get(epoch - 1) ?? 0))
    .sort((a, b) => a.epoch - b.epoch);
}
