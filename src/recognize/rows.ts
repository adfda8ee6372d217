import { EMOTIONS } from '../corpus/emotions.ts';
import type { Probabilities } from './recognizer.ts';
import type { RecordingReport } from './report.ts';

/** What a row of a table stands for. */
export const ROWS = ['recordings', 'spans', 'segments'] as const;
export type RowKind = (typeof ROWS)[number];

/** A table of reports, every cell as text. */
export interface RowLayout {
  /** names of the columns; the first is the file */
  readonly columns: readonly string[];
  rowsOf(report: RecordingReport): string[][];
}

/**
 * How reports become rows: times in seconds from the start, then probabilities by class.
 *
 * @param decimals how many are kept
 */
export function rowLayout(kind: RowKind, decimals: { seconds: number; probabilities: number }): RowLayout {
  const seconds = (value: number) => value.toFixed(decimals.seconds);
  const shares = (values: Probabilities | undefined) =>
    EMOTIONS.map((name) => (values ? values[name].toFixed(decimals.probabilities) : ''));
  const p = EMOTIONS.map((name) => `p_${name}`);
  const layouts: Record<RowKind, RowLayout> = {
    recordings: {
      columns: ['file', 'seconds', 'emotion', ...p, 'speech_seconds', 'segments'],
      rowsOf: ({ file, durationSeconds, emotion, probabilities, speech, segments }) => {
        const spoken = speech.reduce((sum, { start, end }) => sum + end - start, 0);
        return [
          [file, seconds(durationSeconds), emotion, ...shares(probabilities), seconds(spoken), String(segments.length)],
        ];
      },
    },
    spans: {
      columns: ['file', 'start', 'end', 'emotion', ...p],
      rowsOf: ({ file, spans }) =>
        spans.map(({ start, end, emotion, probabilities }) => [
          ...[file, seconds(start), seconds(end), emotion, ...shares(probabilities)],
        ]),
    },
    segments: {
      columns: ['file', 'start', 'end', ...p],
      rowsOf: ({ file, segments }) =>
        segments.map(({ start, end, probabilities }) => [file, seconds(start), seconds(end), ...shares(probabilities)]),
    },
  };
  return layouts[kind];
}
