import { markdownTable } from '../../src/markdown.ts';
import { table } from '../../src/plain-table.ts';
import { SEGMENTS_PER_FOLD } from '../folds.ts';
import { figuresTable, heading } from '../tables.ts';
import { EVENTS, type Event, tellMissing } from '../variants.ts';
import type { EventReport, Race } from './report.ts';

type Rows = readonly (readonly string[])[];
/** A paragraph or a table. */
type Block = string | Rows;

const EVENT_NAMES: Readonly<Record<Event, string>> = {
  train: 'training, batch 64',
  infer16: 'inference, batch 16',
  infer1: 'inference, batch 1',
  together: 'training, all processes',
};
const OPPONENT_NAMES: Readonly<Record<string, string>> = { installed: 'as installed', tuned: 'tuned' };
const opponentsOf = ({ race }: Race) => Object.keys(race.events.train.opponents);

/** For a reader at a terminal. */
export const raceText = (race: Race): string =>
  [figuresTable(race), ...blocksOf(race).map((block) => (typeof block === 'string' ? block : table(block)))]
    .join('\n\n')
    .replace(/ +$/gm, '');

/** For README.md. */
export function raceMarkdown(race: Race): string {
  const { command, date, commit, source, engine, cores, pytorch, sgemm_gflops_before, sgemm_gflops_after } = race;
  return [
    `## Attune and PyTorch ${pytorch.torch}`,
    `\`\`\`\n${command}\n\`\`\``,
    `${date}, commit \`${commit}\`, source \`${source}\`, engine ${engine} of training, ${heading(race)}, Python ${pytorch.python}, cores: ${cores}. SGEMM of the runtime: ${sgemm_gflops_before} GFLOP/s before the race, ${sgemm_gflops_after} after it. All figures are in \`race.json\`.`,
    ...blocksOf(race).map((block) =>
      typeof block === 'string' ? block : markdownTable(block[0]!, block.slice(1), 'right'),
    ),
  ].join('\n\n');
}

const blocksOf = (report: Race): Block[] => [
  `Attune and PyTorch ${report.pytorch.torch} in turn, pairs: ${report.race.pairs}; each measurement in a process of its own. Medians; ratio: how many times as fast Attune is, in brackets the least and the greatest of a pair. "As installed" is PyTorch as pip leaves it; "tuned" has a memory allocator that keeps its memory. Both run in their best variant. The faster of the two counts: it is marked with *.`,
  ...allocatorsNote(report),
  resultsTable(report),
  verdict(report),
  `Folds: processes of one thread each (${report.race.processes}) train at the same time, timed for ${report.race.window_s} s; a fold of EmoDB is ${SEGMENTS_PER_FOLD} segments (774, of which a fold leaves a tenth out in the mean, in 50 epochs).`,
  'Ratio in each pair:',
  pairsTable(report),
  'The variants that raced:',
  racedTable(report),
  'All variants, each tried shortly to choose from, the two fastest of a discipline three times, the two fastest trainers in all processes twice, segments/s (folded: eager with batch norm folded into the convolutions; compile: torch.compile; frozen: torch.compile with frozen weights; other allocators: the best variant of a discipline alone):',
  triedTable(report),
];

/** Which allocators the tuned PyTorch could choose from, where there is one. */
function allocatorsNote({ race }: Race): string[] {
  const { tuned } = race.allocators;
  if (!tuned) return [];
  const missing = tellMissing(race.missing_allocators);
  const without =
    missing && `; not tried, for it was not installed: ${missing}, so that the tuned PyTorch may be weaker`;
  return [`Allocators tried for the tuned PyTorch: ${tuned.join(', ')}${without}.`];
}

const perEvent = ({ race }: Race, row: (event: Event, report: EventReport) => string[]) =>
  EVENTS.map((event) => row(event, race.events[event]));

function resultsTable(report: Race): Rows {
  const opponents = opponentsOf(report);
  const { train, together } = report.race.events;
  const memory = (name: string, { attune, opponents }: EventReport) => [
    `${name}, peak RSS, MB`,
    `${attune.peak_rss_mb}`,
    ...Object.values(opponents).flatMap(({ peak_rss_mb }) => [`${peak_rss_mb}`, '']),
  ];
  return [
    ['', 'Attune', ...opponents.flatMap((name) => [`PyTorch ${OPPONENT_NAMES[name]}`, 'ratio'])],
    ...perEvent(report, (event, { attune, opponents: theirs, strongest }) => [
      event === 'together' ? 'folds of EmoDB an hour' : `${EVENT_NAMES[event]}, segments/s`,
      rate(attune),
      ...opponents.flatMap((name) => {
        const { ratio, ratio_min, ratio_max, ...side } = theirs[name]!;
        const mark = name === strongest ? '*' : '';
        return [`${rate(side)}${mark}`, `${times(ratio)} [${times(ratio_min)}, ${times(ratio_max)}]`];
      }),
    ]),
    memory(EVENT_NAMES.train, train),
    memory(EVENT_NAMES.together, together),
  ];
}

/** Folds an hour where there are any. */
const rate = (side: { readonly segments_per_s: number; readonly folds_per_hour?: number }) =>
  `${side.folds_per_hour ?? side.segments_per_s}`;
const times = (ratio: number) => ratio.toFixed(3);

function verdict(report: Race): string {
  const told = perEvent(report, (event, { opponents, strongest }) => [
    `${EVENT_NAMES[event]} ${times(opponents[strongest]!.ratio)} (${OPPONENT_NAMES[strongest]})`,
  ]);
  return `Against the stronger PyTorch Attune is this many times as fast: ${told.flat().join('; ')}.`;
}

const pairsTable = (report: Race): Rows => [
  ['', '', ...Array.from({ length: report.race.pairs }, (_, i) => `pair ${i + 1}`)],
  ...EVENTS.flatMap((event) =>
    opponentsOf(report).map((name) => [
      EVENT_NAMES[event],
      OPPONENT_NAMES[name]!,
      ...report.race.events[event].opponents[name]!.ratios.map(times),
    ]),
  ),
];

const racedTable = (report: Race): Rows => [
  ['', ...opponentsOf(report).map((name) => `PyTorch ${OPPONENT_NAMES[name]}`)],
  ...perEvent(report, (event, { opponents }) => [
    EVENT_NAMES[event],
    ...Object.values(opponents).map(({ variant }) => variant),
  ]),
];

const triedTable = ({ race }: Race): Rows => [
  ['', '', 'training', 'batch 16', 'batch 1', 'all processes'],
  ...race.variants.map(({ variant, opponent, train, infer16, infer1, together }) => [
    variant,
    OPPONENT_NAMES[opponent]!,
    ...[train, infer16, infer1, together].map((result) => `${result ?? ''}`),
  ]),
];
