import { percent } from '../../src/percent.ts';
import { table } from '../../src/plain-table.ts';
import { median } from '../figures.ts';
import { busyNote } from '../machine.ts';
import { heading } from '../tables.ts';
import { costOf, USD_PER_CORE_HOUR } from './cost.ts';
import type { Circumstances, Parts, ScaleFigures } from './store.ts';

type Rows = readonly (readonly string[])[];
type Measured<Part extends keyof Parts> = Circumstances & Parts[Part];

/** Hours of sound that the cost is told of. */
const HOURS = 1_000;

const foldsRows = ({ rows }: Measured<'folds'>): Rows => [
  ['processes', 'folds/h, this machine', 'folds/h, queue', 'overhead', 'same bytes', 'workers’ start, s'],
  ...rows.map((row) => [
    `${row.processes}`,
    `${row.local_folds_per_h} (${row.local_s.join(', ')} s)`,
    `${row.queue_folds_per_h} (${row.queue_s.join(', ')} s)`,
    signed(row.overhead),
    yes(row.same_bytes),
    `${row.workers_start_s}`,
  ]),
];

const archivesRows = ({ rows }: Measured<'archives'>): Rows => [
  [
    'recordings',
    'recordings/s',
    'Redis at its peak, MB',
    'when all was fetched, MB',
    'coordinator and stand-in, RSS, MB',
  ],
  ...rows.map(({ entries, entries_per_s, redis_peak_mb, redis_after_mb, rss_peak_mb }) =>
    [entries, entries_per_s, redis_peak_mb, redis_after_mb, rss_peak_mb].map((value) => value.toLocaleString('en-US')),
  ),
];

const recordingsRows = (one: Measured<'recordings'>): Rows => [
  [`${one.files.toLocaleString('en-US')} recordings, ${(one.audio_s / 3600).toFixed(1)} h of sound`, ''],
  [`${one.workers} workers of a queue, recordings/s`, `${one.files_per_s} (${one.queue_s} s)`],
  [
    `one machine, --threads ${one.workers}, the first ${one.local_files.toLocaleString('en-US')}, recordings/s`,
    `${one.local_files_per_s} (${one.local_s} s)`,
  ],
  ['seconds of sound in a second, a worker', `${one.audio_s_per_worker_s}`],
  ['each once, in order, and as on one machine', yes(one.same_answers)],
];

const deathsRows = ({ rows }: Measured<'deaths'>): Rows => [
  ['what dies', '--lock, s', '--stalled, s', 'until work goes on, s: median', 'least to most'],
  ...rows.map(({ what, lock_s, stalled_s, seconds, median_s }) => [
    what,
    `${lock_s}`,
    `${stalled_s}`,
    `${median_s}`,
    `${Math.min(...seconds)} to ${Math.max(...seconds)} (${seconds.length} times)`,
  ]),
];

const signed = (share: number) => `${share < 0 ? '-' : '+'}${percent(Math.abs(share))}`;
const yes = (is: boolean) => (is ? 'yes' : '**no**');

interface Section<Part extends keyof Parts> {
  readonly title: string;
  rows(measured: Measured<Part>): Rows;
  /** what is said above and below the table */
  above(measured: Measured<Part>): string;
  below?(measured: Measured<Part>): string;
}

const SECTIONS: { readonly [Part in keyof Parts]: Section<Part> } = {
  folds: {
    title: 'Folds',
    rows: foldsRows,
    above: ({ corpus, folds, recordings, epochs }) =>
      `The same cross-validation (${corpus}: ${folds} folds, ${recordings} recordings, epochs: ${epochs}) by
      \`attune crossval --jobs N\` and by N workers that do a fold at a time, either first in turn. Redis, command and workers share this
      machine. Timed from the begin of the first fold to the end of the last one, medians; each worker’s check of all
      recordings is in the time, its start is not.`,
    below: ({ rows }) =>
      `Overhead by the medians: ${overheads(rows)}. That is ${secondsMore(rows)} s more for all these folds, which last seconds:
      each worker looks once at all recordings, and hands over what a fold leaves. Neither grows with the epochs, and folds of
      50 take minutes.`,
  },
  archives: {
    title: 'Archives',
    rows: archivesRows,
    above: ({ shard }) =>
      `A stand-in answers shards of ${shard} recordings at once, 1.5 kB a recording, so that nothing but the
queue takes time. Every answer came once and in order.`,
    below: ({ rows }) =>
      `Redis holds 256 shards at the most, or 16,384 recordings, whatever the archive’s size. The coordinator
keeps the list of recordings, about 0.5 kB each. ${growth(rows)}`,
  },
  recordings: {
    title: 'Recordings',
    rows: recordingsRows,
    above: ({ different, weights }) =>
      `${different} different recordings under many names, answered with the weights \`${weights}\`${weights === 'paper' ? ',\nsince the default ones would take longer than 12 minutes here' : ''}. Times are those of
the whole command.`,
    below: (one) => costText(one),
  },
  deaths: {
    title: 'Deaths',
    rows: deathsRows,
    above: () =>
      `Stand-in units, Redis with its append-only file. A worker that dies or stops has one unit in hand, and
another worker is idle: timed until that one begins the unit. In the other rows units of 0.1 s are done
one after the other: timed until the next one begins, or is fetched by the new coordinator.`,
  },
};

function overheads(rows: Parts['folds']['rows']): string {
  const all = rows.map(({ overhead }) => overhead);
  const [least, most] = [signed(Math.min(...all)), signed(Math.max(...all))];
  return least === most ? least : `${least} to ${most}`;
}

function secondsMore(rows: Parts['folds']['rows']): string {
  const all = rows.map(({ local_s, queue_s }) => median(queue_s) - median(local_s));
  return `${Math.min(...all).toFixed(1)} to ${Math.max(...all).toFixed(1)}`;
}

function growth(rows: Parts['archives']['rows']): string {
  const [before, last] = rows.slice(-2);
  if (!before || !last) return '';
  const more = (last.redis_peak_mb - before.redis_peak_mb).toFixed(1);
  return `From ${before.entries.toLocaleString('en-US')} to ${last.entries.toLocaleString('en-US')} recordings its peak changed by ${more} MB.`;
}

/** {@link HOURS} of sound on paper. */
function costText({ audio_s_per_worker_s: rate, weights }: Measured<'recordings'>): string {
  const { coreHours, usd } = costOf(HOURS, {
    audioSecondsPerCoreSecond: rate,
    usdPerCoreHour: USD_PER_CORE_HOUR,
  });
  return `**On paper**, ${HOURS.toLocaleString('en-US')} hours of sound take ${coreHours.toFixed(1)} hours of one core with the weights
\`${weights}\`, or ${usd.toFixed(2)} USD. Assumed: ${USD_PER_CORE_HOUR} USD an hour of a virtual core, which is no quotation; cores
that do nothing else, all the time; recordings as short as these. Storage, network, people and energy
are left out.`;
}

/** Where and when a part was measured, and by what command. */
function circumstancesOf(part: string, one: Circumstances): string {
  const { date, cores, commit, quick, load_before, took_s, redis } = one;
  return `\`npm run bench -- --scale --only ${part}${quick ? ' --quick' : ''} --out results/scale\`, ${Math.ceil(took_s / 60)} min, ${date},
commit \`${commit}\`, cores: ${cores}, Redis ${redis}, ${heading(one)}. ${busyNote(load_before)}`;
}

/** A paragraph in lines of at most 100 columns. */
const filled = (text: string): string =>
  text
    .trim()
    .split(/\s+/)
    .reduce<string[]>(([line, ...before], word) => {
      if (line === undefined) return [word];
      return `${line} ${word}`.length > 100 ? [word, line, ...before] : [`${line} ${word}`, ...before];
    }, [])
    .toReversed()
    .join('\n');

const markdown = ([head, ...rows]: Rows): string => {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [row(head!), `| --- |${' ---: |'.repeat(head!.length - 1)}`, ...rows.map(row)].join('\n');
};

const NAMES = Object.keys(SECTIONS) as (keyof Parts)[];

function sectionOf<Part extends keyof Parts>(part: Part, { [part]: measured }: ScaleFigures): string {
  const { title, rows, above, below } = SECTIONS[part];
  if (!measured)
    return `## ${title}\n\nNot measured yet: \`npm run bench -- --scale --only ${part} --out results/scale\`.`;
  const one = measured as Measured<Part>;
  return [
    `## ${title}`,
    filled(above(one)),
    markdown(rows(one)),
    ...(below ? [filled(below(one))] : []),
    filled(circumstancesOf(part, one)),
  ].join('\n\n');
}

/** `README.md`, beside `scale.json`. */
export const scalePage = (figures: ScaleFigures): string => `# What a queue costs, and holds

\`npm run bench -- --scale --out results/scale\` measures all, or with \`--only\` a part, and writes
this page. All figures are in [scale.json](scale.json); how to use a queue is in
[docs/queue.md](../../docs/queue.md).

${NAMES.map((part) => sectionOf(part, figures)).join('\n\n')}
`;

/** What was measured now, for a terminal. */
export const scaleText = (figures: ScaleFigures): string =>
  NAMES.flatMap((part) => (figures[part] ? [textOf(part, figures)] : [])).join('\n\n');

function textOf<Part extends keyof Parts>(part: Part, { [part]: measured }: ScaleFigures): string {
  const one = measured as Measured<Part>;
  return [SECTIONS[part].title, table(SECTIONS[part].rows(one))].join('\n');
}
