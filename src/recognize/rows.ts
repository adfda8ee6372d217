import type { Probabilities } from './recognizer.ts';
import type { RecordingReport, TurnReport, TurnsReport } from './report.ts';
import { isNothing } from './source-shift.ts';

/** What a row of a table stands for. */
export const ROWS = ['recordings', 'turns', 'spans', 'segments'] as const;
export type RowKind = (typeof ROWS)[number];

/** A table of reports, every cell as text. */
export interface RowLayout {
  /** names of the columns; the first is the file */
  readonly columns: readonly string[];
  rowsOf(report: RecordingReport | TurnsReport): string[][];
}

/** What is reported. */
export interface RowsOf {
  /** of the checkpoint, in the order of their columns */
  readonly classes: readonly string[];
  readonly ofTurns: boolean;
  /** whether rows end with the source whose mean was taken out: its name, how many recordings or turns that is of, whether it was more than nothing, and their hash */
  readonly normalized?: boolean;
}

/** A sound that is reported, and the cells that say which it is. */
interface Sound {
  readonly names: readonly string[];
  readonly report: RecordingReport | TurnReport;
}

/**
 * How reports become rows: times in seconds of the recording's clock, then probabilities by class. Where turns are reported, each row
 * has the number of its turn, from 1, and the speaker.
 *
 * @param decimals how many are kept
 */
export function rowLayout(
  kind: RowKind,
  decimals: { seconds: number; probabilities: number },
  { classes, ofTurns, normalized = false }: RowsOf,
): RowLayout {
  const seconds = (value: number) => value.toFixed(decimals.seconds);
  const shares = (values: Probabilities | undefined) =>
    classes.map((name) => values?.[name]?.toFixed(decimals.probabilities) ?? '');
  const p = classes.map((name) => `p_${name}`);
  const whole = ({ emotion, probabilities, speech, segments }: Sound['report']) => {
    const spoken = speech.reduce((sum, { start, end }) => sum + end - start, 0);
    return [emotion, ...shares(probabilities), seconds(spoken), String(segments.length)];
  };
  const layouts: Record<RowKind, { columns: readonly string[]; rowsOf(report: Sound['report']): string[][] }> = {
    recordings: {
      columns: ['seconds', 'emotion', ...p, 'speech_seconds', 'segments'],
      rowsOf: (report) => [[seconds(report.durationSeconds), ...whole(report)]],
    },
    turns: {
      columns: ['start', 'end', 'emotion', ...p, 'speech_seconds', 'segments'],
      rowsOf: (report) => ('speaker' in report ? [[seconds(report.start), seconds(report.end), ...whole(report)]] : []),
    },
    spans: {
      columns: ['start', 'end', 'emotion', ...p],
      rowsOf: ({ spans }) =>
        spans.map(({ start, end, emotion, probabilities }) => [
          ...[seconds(start), seconds(end), emotion, ...shares(probabilities)],
        ]),
    },
    segments: {
      columns: ['start', 'end', ...p],
      rowsOf: ({ segments }) =>
        segments.map(({ start, end, probabilities }) => [seconds(start), seconds(end), ...shares(probabilities)]),
    },
  };
  const { columns, rowsOf } = layouts[kind];
  return {
    columns: [
      ...(ofTurns ? ['file', 'turn', 'speaker'] : ['file']),
      ...columns,
      ...(normalized ? ['source', 'source_count', 'source_shifted', 'source_sha256'] : []),
    ],
    rowsOf: (report) =>
      soundsIn(report).flatMap(({ names, report }) =>
        rowsOf(report).map((row) => [...names, ...row, ...(normalized ? sourceOf(report) : [])]),
      ),
  };
}

function sourceOf({ normalized }: Sound['report']): string[] {
  if (!normalized) return ['', '', '', ''];
  const { group, recordings, turns = recordings, shift, sha256 } = normalized;
  return [group, String(turns), String(!isNothing(Object.values(shift))), sha256];
}

const soundsIn = (report: RecordingReport | TurnsReport): Sound[] =>
  'turns' in report
    ? report.turns.map((turn, i) => ({ names: [report.file, String(i + 1), turn.speaker], report: turn }))
    : [{ names: [report.file], report }];
