import { faultOf } from '../audio/excerpt.ts';
import { AttuneError } from '../errors.ts';
import type { Utterance } from './utterance.ts';

/** The columns of a table that say where in its file an utterance lies. */
export interface TimeColumns {
  readonly start: string;
  /** of its end, or of how long it lasts */
  readonly end: { readonly column: string; readonly is: 'end' | 'duration' };
}

const UNIT = '(s|secs?|seconds)?';
/** What columns are called, blanks, underscores, hyphens and brackets left out. */
const NAMES = {
  start: new RegExp(`^(start|begin|onset)(time)?${UNIT}$`),
  end: new RegExp(`^(end|stop)(time)?${UNIT}$`),
  duration: new RegExp(`^(duration|dur)${UNIT}$`),
  /** the start beside a duration, the end beside an onset */
  offset: new RegExp(`^offset(time)?${UNIT}$`),
} as const;

/**
 * Finds the columns of times: `start` (`begin`, `onset`, `start_time`, ...), and `end` (`stop`, `end_time`, ...) or `duration`.
 *
 * @param columns in small letters
 * @param source the table's first line, for messages
 * @returns undefined where rows are whole files
 * @throws AttuneError `corpus` where one column lacks the other, or two say the same
 */
export function timeColumnsOf(columns: readonly string[], source: string): TimeColumns | undefined {
  const called = (kind: keyof typeof NAMES) =>
    columns.filter((column) => NAMES[kind].test(column.replace(/[\s_()[\]-]/g, '')));
  const [starts, ends, durations, offsets] = [called('start'), called('end'), called('duration'), called('offset')];
  if (!starts.length && durations.length) starts.push(...offsets);
  else if (!ends.length && starts.some((column) => column.startsWith('onset'))) ends.push(...offsets);
  if (!starts.length && !ends.length) return undefined;
  for (const [what, found] of [['starts', starts] as const, ['ends', ends] as const])
    if (found.length > 1)
      throw new AttuneError(
        'corpus',
        `${source}: columns ${found.join(' and ')} both say where an utterance ${what}; keep one, or rename the other`,
      );
  const [start, end, duration] = [starts[0], ends[0], durations[0]];
  if (start && end) return { start, end: { column: end, is: 'end' } };
  if (start && duration) return { start, end: { column: duration, is: 'duration' } };
  const [there, lacking] = start ? [start, 'end or duration'] : [end, 'start'];
  throw new AttuneError(
    'corpus',
    `${source}: column ${there} says where in its file an utterance lies, but no column ${lacking} is beside it; add that, or rename ${there}`,
  );
}

/**
 * Where in its file the utterance of a row lies: nothing where it is all of it. Times are rounded to a microsecond.
 *
 * @param source the row, for messages
 * @throws AttuneError `corpus` where a time cannot be read, is negative or infinite, or the end does not lie after the start
 */
export function timesIn(
  cells: Readonly<Partial<Record<string, string>>>,
  columns: TimeColumns,
  source: string,
): Pick<Utterance, 'start' | 'end'> {
  const start = secondsIn(cells, columns.start, source);
  const ending = secondsIn(cells, columns.end.column, source);
  if (start === undefined) {
    if (ending === undefined || columns.end.is === 'duration') return {};
    throw refusal(
      source,
      `${columns.start} is empty, but ${columns.end.column} is not; give both, or none for the file`,
    );
  }
  const end = ending !== undefined && columns.end.is === 'duration' ? start + ending : ending;
  const times = { start: rounded(start), ...(end !== undefined && { end: rounded(end) }) };
  const fault = faultOf(times);
  if (fault) throw refusal(source, `the times of the utterance cannot be used: ${fault}`);
  return times.start === 0 && times.end === undefined ? {} : times;
}

const rounded = (seconds: number) => Number(seconds.toFixed(6));

const MISSING = /^(|nat|nan|none|null|<na>)$/i;
const NUMBER = /^[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?$/i;
const INFINITE = /^([+-]?)inf(inity)?$/i;
/** `1:02:03.5`, `02:03,5` */
const CLOCK = /^(?:(?<hours>\d+):)?(?<minutes>\d{1,2}):(?<seconds>\d{1,2}(?:[.,]\d+)?)$/;
/** pandas' timedelta: `0 days 00:00:01.250000`, `-1 days +23:59:59`, `2 days` */
const TIMEDELTA = /^(?<days>[+-]?\d+) days?(?: (?<sign>[+-]?)(?<clock>\d+:\d{2}:\d{2}(?:\.\d+)?))?$/i;

/** Seconds, or undefined where the cell says that there is no such time. */
function secondsIn(cells: Readonly<Partial<Record<string, string>>>, column: string, source: string) {
  const cell = cells[column] ?? '';
  if (MISSING.test(cell)) return undefined;
  const seconds = secondsOf(cell);
  if (seconds !== undefined) return seconds;
  throw refusal(
    source,
    `${column} is "${cell}"; expected seconds such as 1.25, a time such as 00:00:01.25, or a timedelta such as 0 days 00:00:01.250000`,
  );
}

function secondsOf(text: string): number | undefined {
  if (NUMBER.test(text)) return Number(text.replace(',', '.'));
  const infinite = INFINITE.exec(text);
  if (infinite) return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const { hours = '0', minutes, seconds } = CLOCK.exec(text)?.groups ?? {};
  if (minutes !== undefined) return 3600 * Number(hours) + 60 * Number(minutes) + Number(seconds!.replace(',', '.'));
  const { days, sign, clock } = TIMEDELTA.exec(text)?.groups ?? {};
  if (days === undefined) return undefined;
  return 86_400 * Number(days) + (sign === '-' ? -1 : 1) * (clock === undefined ? 0 : secondsOf(clock)!);
}

const refusal = (source: string, what: string) => new AttuneError('corpus', `${source}: ${what}`);
