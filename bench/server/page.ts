import { percent } from '../../src/percent.ts';
import { table } from '../../src/plain-table.ts';
import { busyNote, type Machine } from '../machine.ts';
import { heading } from '../tables.ts';
import type { Comparison } from './compare.ts';
import { LATE_MS, type Live } from './live.ts';
import type { Pressure } from './pressure.ts';
import type { Siege } from './siege.ts';

/** What `server.json` holds. */
export interface ServerFigures extends Machine {
  readonly quick: boolean;
  /** cores that were in use just before the bench */
  readonly load_before: number;
  readonly recording_s: number;
  readonly pressure: Pressure;
  readonly live: Live;
  readonly sieges: readonly Siege[];
  /** whether the server still ran after all of that, and how it ended when it was told to */
  readonly is_alive: boolean;
  readonly exit_status: number | string;
  readonly comparison?: Comparison;
}

type Rows = readonly (readonly string[])[];

const pressureRows = ({ pressure: p }: ServerFigures): Rows => [
  [`${p.clients} clients for ${p.seconds} s`, ''],
  ['answered, a second', `${p.answered_per_s}`],
  ['from request to answer, p50 and p99', `${ms(p.p50_ms)} and ${ms(p.p99_ms)}`],
  ['processor for an answer, refusals included', ms(p.cpu_ms)],
  ['refused as busy (503), a second', `${(p.busy / p.seconds).toFixed(1)}`],
  ['other errors', told(p.wrong)],
  ['memory when warm and at the end', `${p.rss_warm_mb} MB and ${p.rss_end_mb} MB (${signed(p.rss_growth)})`],
];

const liveRows = ({ live }: ServerFigures): Rows => [
  [`${live.streams} live streams for ${live.seconds} s`, ''],
  ['events of segments', `${live.segments}`],
  ['from the end of a segment to its event, p50 and p99', `${ms(live.p50_ms)} and ${ms(live.p99_ms)}`],
  [`the latest; later than ${LATE_MS} ms`, `${live.most_ms} ms; ${live.late}`],
  ['processor for a second of a stream', ms(live.cpu_ms)],
  ['streams without an answer', `${live.failed}`],
];

const siegeRows = ({ sieges }: ServerFigures): Rows => [
  ['what clients did', 'what came of it', 'another client meanwhile', 'memory after'],
  ...sieges.map(({ what, found, answered, asked, slowest_ms, rss_mb }) => [
    what,
    found,
    `answered ${answered} of ${asked} times, the slowest ${ms(slowest_ms)}`,
    `${rss_mb} MB`,
  ]),
];

const comparisonRows = ({ contenders }: Comparison): Rows => [
  ['', 'requests/s', 'p50', 'p99', 'processor for an answer', 'errors', 'memory of the first process'],
  ...contenders.map(({ name, answered_per_s, p50_ms, p99_ms, cpu_ms, busy, wrong, rss_end_mb }) => [
    name,
    `${answered_per_s}`,
    ms(p50_ms),
    ms(p99_ms),
    ms(cpu_ms),
    told({ ...wrong, ...(busy && { 503: busy }) }),
    `${rss_end_mb} MB`,
  ]),
];

/** How many times as many requests the best of Attune answers as the best of the peer. */
export function ratioOf({ contenders }: Comparison): number {
  const best = (isPeer: boolean) =>
    Math.max(...contenders.filter((one) => one.isPeer === isPeer).map((one) => one.answered_per_s));
  return best(false) / best(true);
}

const ms = (value: number) => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
const signed = (share: number) => `${share < 0 ? '-' : '+'}${percent(Math.abs(share))}`;
const told = (wrong: Readonly<Record<string, number>>) =>
  Object.entries(wrong)
    .map(([what, count]) => `${what}: ${count}`)
    .join(', ') || 'none';

/** What is not as it should be; empty where all is. */
export function faultsOf({ pressure, live, sieges, is_alive, exit_status }: ServerFigures): string[] {
  return [
    ...(Object.keys(pressure.wrong).length ? [`errors under load: ${told(pressure.wrong)}`] : []),
    ...(pressure.rss_growth > 0.1 ? [`memory grew by ${percent(pressure.rss_growth)} under load`] : []),
    ...(live.late ? [`${live.late} of ${live.segments} live segments were late`] : []),
    ...(live.failed ? [`${live.failed} live streams ended without an answer`] : []),
    ...sieges
      .filter(({ asked, answered }) => answered < asked)
      .map(({ what, asked, answered }) => `${asked - answered} of ${asked} others were not answered: ${what}`),
    ...(is_alive && exit_status === 0 ? [] : [`the server ended with ${exit_status}`]),
  ];
}

const verdict = (figures: ServerFigures) => {
  const faults = faultsOf(figures);
  return faults.length ? `Not as it should be: ${faults.join('; ')}.` : 'Nothing failed.';
};

export function serverText(figures: ServerFigures): string {
  const { comparison } = figures;
  return [
    heading(figures),
    '',
    table(pressureRows(figures)),
    '',
    table(liveRows(figures)),
    '',
    table(siegeRows(figures)),
    ...(comparison ? ['', table(comparisonRows(comparison)), '', ratioLine(comparison)] : []),
    '',
    verdict(figures),
  ].join('\n');
}

const ratioLine = (comparison: Comparison) =>
  `Attune answers ${ratioOf(comparison).toFixed(2)} times as many requests as FastAPI, each at its best.`;

const markdown = ([head, ...rows]: Rows): string => {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [row(head!), `| --- |${' ---: |'.repeat(head!.length - 1)}`, ...rows.map(row)].join('\n');
};

/** `README.md`, beside `server.json`. */
export function serverPage(figures: ServerFigures): string {
  const { date, cores, commit, quick, load_before, comparison, recording_s } = figures;
  const peer = comparison ? ' --peer $PYTHON' : '';
  const busy = busyNote(load_before);
  return `# The server under load

\`\`\`
npm run bench -- --server${peer}${quick ? ' --quick' : ''} --out results/server
\`\`\`

${date}, commit \`${commit}\`, cores: ${cores},
${heading(figures)}.
${busy && `\n${busy}\n`}
${verdict(figures)}

Server and clients share the machine, over loopback. The server is \`attune serve\` as it is built,
with its default limits; clients post ${recording_s} s of speech as WAV, and again at once. Whoever is refused as
busy asks again at once too, which no client should.

${markdown(pressureRows(figures))}

${markdown(liveRows(figures))}

${markdown(siegeRows(figures))}
${comparison ? comparisonPart(comparison) : ''}
All figures are in \`server.json\`.
`;
}

function comparisonPart(comparison: Comparison): string {
  const { versions, contenders, off } = comparison;
  const [{ clients, seconds }] = contenders as [Comparison['contenders'][0]];
  const names = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `
## Beside FastAPI

${ratioLine(comparison)}

${markdown(comparisonRows(comparison))}

${clients} clients for ${seconds} s each, where all may wait. The peer
(\`bench/peers/fastapi_server.py\`:
${names.join(', ')})
runs what \`attune export\` writes, and answers the same to ${off.toExponential(0)}. It does less: it reads one kind
of WAV and gives probabilities alone, no segments, speech or spans.
`;
}
