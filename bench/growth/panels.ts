import { type Linearity, linearityOf, sentenceOf } from './linearity.ts';
import { nameOf, type PlannedPanel } from './plan.ts';
import type { Measured } from './store.ts';

/** A panel with what was measured. */
export interface Panel extends Omit<PlannedPanel, 'series'> {
  readonly series: readonly Series[];
}

export interface Series {
  readonly name: string;
  readonly points: readonly {
    readonly x: number;
    readonly ideal: number;
    readonly segmentsPerS: number;
    readonly peakRssMb: number;
  }[];
  readonly linearity: Linearity;
}

/** Puts what was measured where the plan wants it. */
export const panelsOf = (plan: readonly PlannedPanel[], measured: Readonly<Record<string, Measured>>): Panel[] =>
  plan.map(({ series, ...panel }) => ({
    ...panel,
    series: series.map(({ name, points }) => {
      const found = points.map(({ x, ideal, task }) => {
        const { segments_per_s: segmentsPerS, peak_rss_mb: peakRssMb } = measured[nameOf(task)]!;
        return { x, ideal, segmentsPerS, peakRssMb };
      });
      return { name, points: found, linearity: linearityOf(found) };
    }),
  }));

/** Where a panel's curves stop being linear, in a line. */
export const lineOf = ({ title, series }: Panel): string => {
  const sentences = series.map(({ name, linearity }) =>
    series.length > 1 ? `${name} ${sentenceOf(linearity)}` : sentenceOf(linearity),
  );
  return `${title}: ${sentences.join('. ')}.`;
};
