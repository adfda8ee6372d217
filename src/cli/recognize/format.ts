import { seenCsv } from '../../csv.ts';
import { table } from '../../plain-table.ts';
import type { RecordingFailure, RecordingReport, TurnsReport } from '../../recognize/report.ts';
import { type RowKind, type RowsOf, rowLayout } from '../../recognize/rows.ts';
import { audacityLabels, webVtt } from '../../recognize/subtitles.ts';
import { jsonText } from '../../text.ts';

/** Formats that hold many recordings, and those that are of one. */
export const COLLECTIONS = ['table', 'json', 'jsonl', 'csv'] as const;
const TRACKS = { vtt: webVtt, audacity: audacityLabels } as const;
export type Track = keyof typeof TRACKS;
export const FORMATS = [...COLLECTIONS, 'vtt', 'audacity'] as const;
export type Format = (typeof FORMATS)[number];

export const isTrack = (format: Format): format is Track => format in TRACKS;
/** What a track's file name ends in; Audacity's label tracks are text files. */
export const TRACK_EXTENSION = { vtt: '.vtt', audacity: '.txt' } as const;

export type Outcome = RecordingReport | TurnsReport | RecordingFailure;

/** The text of a format, piece by piece, so that no more than one recording need be held. */
export interface Formatter {
  readonly head: string;
  of(outcome: Outcome): string;
  /** what comes after the last */
  tail(): string;
}

/**
 * @param rows of table and csv
 * @param of the classes of the checkpoint, and whether turns are reported
 */
export function formatter(format: Format, rows: RowKind, of: RowsOf): Formatter {
  if (isTrack(format)) return { head: '', of: (outcome) => trackOf(format, outcome) ?? '', tail: () => '' };
  return { table: tableOf, csv: csvOf, json: jsonOf, jsonl: jsonLines }[format](rows, of);
}

/** The track of a recording: its spans, or its turns; undefined where it failed. */
export function trackOf(format: Track, outcome: Outcome): string | undefined {
  if ('error' in outcome) return undefined;
  return TRACKS[format]('turns' in outcome ? outcome.turns : outcome.spans);
}

const jsonLines = (): Formatter => ({ head: '', of: (outcome) => `${jsonText(outcome)}\n`, tail: () => '' });

function jsonOf(): Formatter {
  let any = false;
  return {
    head: '[',
    of(outcome) {
      const comma = any ? ',' : '';
      any = true;
      return `${comma}\n  ${jsonText(outcome, 2).replaceAll('\n', '\n  ')}`;
    },
    tail: () => (any ? '\n]\n' : ']\n'),
  };
}

/** RFC 4180 with `\n` at line ends, as `predictions.csv`; a recording that failed has a row with `error` and nothing else. */
function csvOf(rows: RowKind, of: RowsOf): Formatter {
  const { columns, rowsOf } = rowLayout(rows, { seconds: 3, probabilities: 6 }, of);
  return {
    head: seenCsv([[...columns, 'error']]),
    of: (outcome) =>
      seenCsv(
        'error' in outcome
          ? [[outcome.file, ...columns.slice(1).map(() => ''), outcome.error]]
          : rowsOf(outcome).map((row) => [...row, '']),
      ),
    tail: () => '',
  };
}

/** Columns are as wide as their widest cell, so all rows wait for the last; a recording that failed has none. */
function tableOf(rows: RowKind, of: RowsOf): Formatter {
  const { columns, rowsOf } = rowLayout(rows, { seconds: 2, probabilities: 3 }, { ...of, normalized: false });
  const cells = [columns.map((column) => column.replace(/^p_|_seconds$/, ''))];
  return {
    head: '',
    of(outcome) {
      if (!('error' in outcome)) for (const row of rowsOf(outcome)) cells.push(row);
      return '';
    },
    tail: () => (cells.length > 1 ? `${table(cells)}\n` : ''),
  };
}
