import { seenCsv } from '../src/csv.ts';
import type { RecordingReport } from '../src/recognize/report.ts';
import { rowLayout } from '../src/recognize/rows.ts';
import { later } from '../src/recognize/timeline.ts';
import type { Told } from './ears/told.ts';
import type { Item, Own } from './item.ts';

/** What `attune recognize --format json` says of a recording. */
function reportOf(file: string, { recognition, answer, speech, spans }: Told): RecordingReport {
  const { startSeconds, durationSeconds, probabilities, segments, warnings } = recognition;
  return {
    ...{ file, startSeconds, durationSeconds, emotion: answer, probabilities },
    ...{ speech: later(speech, startSeconds), spans },
    segments: segments.map(({ start, end, probabilities }) => ({ start, end, probabilities })),
    warnings: warnings.map(({ code, message }) => ({ code, message })),
  };
}

/** @throws Error where nothing was said of it yet */
export const jsonOf = ({ name, told }: Item): string => `${JSON.stringify(reportOf(name, told!), null, 2)}\n`;

/** The columns of `attune recognize --format csv`, and where answers depend on each other another that says by which mean. */
export function csvOf(items: readonly Item[], own: Own): string {
  const classes = items.map(classesOf).find((found) => found.length) ?? [];
  const { columns, rowsOf } = rowLayout('recordings', { seconds: 3, probabilities: 6 }, { classes, ofTurns: false });
  const mean = own === 'none' ? [] : ['own_mean'];
  return seenCsv([
    [...columns, ...mean, 'error'],
    ...items.map(({ name, told, error }) => [
      ...(told ? rowsOf(reportOf(name, told))[0]! : [name, ...columns.slice(1).map(() => '')]),
      ...mean.map(() => (told ? own : '')),
      error ?? '',
    ]),
  ]);
}

/** Of the network that answered, in its order. */
export const classesOf = ({ told }: Item): string[] => Object.keys(told?.recognition.probabilities ?? {});
