// How far intervals and tests over ten speakers keep what they promise, by simulation on the published predictions.
//
//   npx tsx recipes/interval-coverage.ts [--samples 1000]
//
// Takes some minutes. False alarms: the predictions of whole speakers are swapped between two systems, so that no system is better, in all 512
// ways that ten speakers allow. A whole table: the seven systems are shuffled anew for each speaker. Coverage: ten speakers are drawn with
// replacement from those of a run, whose pooled figures are the truth. Prints Markdown; docs/decisions/comparisons.md keeps it.

import { parseArgs } from 'node:util';
import { EMOTIONS } from '../src/corpus/emotions.ts';
import { inPercent } from '../src/percent.ts';
import { Random } from '../src/random.ts';
import { readPredictions } from '../src/run/predictions-file.ts';
import { drawSpeakers, percentileInterval } from '../src/statistics/bootstrap.ts';
import { mean } from '../src/statistics/confusion.ts';
import {
  type Accuracies,
  accuraciesOf,
  type Counts,
  type Hits,
  hitsOf,
  less,
  sharesOf,
} from '../src/statistics/hits.ts';
import { holm } from '../src/statistics/holm.ts';
import { jackknifeAccuracies } from '../src/statistics/jackknife.ts';
import { type AccuracyIntervals, pairedBootstrap } from '../src/statistics/paired-bootstrap.ts';
import { permutationTest } from '../src/statistics/permutation.ts';

const { values } = parseArgs({ options: { samples: { type: 'string', default: '1000' } } });
const samples = Number(values.samples);
const SEED = { seed: 1 };
const LEVEL = 0.05;
const FIGURES = ['wa', 'ua'] as const;

/** The systems of results/poolings on EmoDB. */
const EMODB = [
  ...['poolings/gap-1', 'poolings/bilinear-1', 'emodb-attention', 'opensmile/compare2016-unweighted'],
  ...['opensmile/compare2016-balanced', 'opensmile/egemaps-unweighted', 'opensmile/egemaps-balanced'],
];
/** Attention beside gap, bilinear and openSMILE: the primary comparisons of results/poolings. */
const PRIMARY: readonly (readonly [from: number, to: number])[] = [
  [0, 2],
  [1, 2],
  [3, 2],
];

const read = async (run: string): Promise<Hits> =>
  hitsOf(await readPredictions(`results/${run}/predictions.csv`), EMOTIONS);
const systems = await Promise.all(EMODB.map(read));
const { supports } = systems[0]!;
const everyone = [...supports.keys()];
const pairs = systems.flatMap((_, to) => Array.from({ length: to }, (_, from) => [from, to] as const));

const excludesZero = (interval: AccuracyIntervals['wa']) => !!interval && (interval.low > 0 || interval.high < 0);
const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const WAYS = ['bootstrap', 'jackknife', 'permutation'] as const;

/** What each way says of a difference, and how many times as wide as the bootstrap the jackknife is. */
type Said = Readonly<Record<(typeof WAYS)[number], boolean>> & { readonly wider: number };

const width = ({ low, high }: { low: number; high: number }) => high - low;

/** What is said of WA and of UA after each swap of whole speakers; the first stays, as the opposite swap says the same. */
function permuted(from: number, to: number, draws: readonly (readonly number[])[]): Record<keyof Accuracies, Said>[] {
  const apart = less(systems[to]!.hits, systems[from]!.hits);
  return Array.from({ length: 2 ** (supports.length - 1) }, (_, swap) => {
    const hits = apart.map((classes, s) => (s && (swap >> (s - 1)) & 1 ? classes.map((count) => -count) : classes));
    const drawn = draws.map((draw) => accuraciesOf(hits, supports, draw));
    const jackknife = jackknifeAccuracies(hits, supports, -1);
    const shares = sharesOf(hits, supports);
    const said = (figure: keyof Accuracies): Said => {
      const bootstrap = percentileInterval(drawn.map((one) => one[figure]));
      const { p } = permutationTest(
        shares.map((share) => share[figure]),
        SEED,
      );
      return {
        ...{ bootstrap: excludesZero(bootstrap), jackknife: excludesZero(jackknife[figure]), permutation: p < LEVEL },
        wider: width(jackknife[figure]!) / width(bootstrap),
      };
    };
    return { wa: said('wa'), ua: said('ua') };
  });
}

function falseAlarms(): string {
  const { drawn } = drawSpeakers(supports, SEED);
  const byPair = pairs.map(([from, to]) => permuted(from, to, drawn));
  const rows = FIGURES.map((figure) => {
    const rates = WAYS.map((way) => byPair.map((swaps) => mean(swaps.map((said) => Number(said[figure][way])))));
    const cells = rates.map(
      (pair) => `${inPercent(mean(pair))} (${inPercent(Math.min(...pair))} to ${inPercent(Math.max(...pair))})`,
    );
    return [figure.toUpperCase(), ...cells, mean(byPair.flat().map((said) => said[figure].wider)).toFixed(2)];
  });
  const head = [
    '%',
    'bootstrap excludes 0',
    'jackknife-t excludes 0',
    'permutation p < 0.05',
    'widths, jackknife / bootstrap',
  ];
  return `${pairs.length} pairs, ${2 ** (supports.length - 1)} swaps each; in brackets the least and the greatest of a pair.\n\n${table(head, rows)}`;
}

/** How often a table of shuffled systems says "better" at least once: by any interval of all pairs, or by Holm's p of the primaries. */
function wholeTable(): string {
  const random = Random.named(SEED.seed, 'shuffled systems');
  let [byBootstrap, byJackknife, byTest] = [0, 0, 0];
  for (let sample = 0; sample < samples; sample++) {
    const order = everyone.map(() => random.shuffle([...systems.keys()]));
    const hits = systems.map((_, i): Counts => everyone.map((s) => systems[order[s]![i]!]!.hits[s]!));
    const bootstrap = pairedBootstrap(hits, supports, { seed: sample });
    const any = (intervals: (from: number, to: number) => AccuracyIntervals) =>
      pairs.some(([from, to]) => FIGURES.some((figure) => excludesZero(intervals(from, to)[figure])));
    if (any(bootstrap.difference)) byBootstrap++;
    if (any((from, to) => jackknifeAccuracies(less(hits[to]!, hits[from]!), supports, -1))) byJackknife++;
    const tests = PRIMARY.map(([from, to]) =>
      permutationTest(
        sharesOf(less(hits[to]!, hits[from]!), supports).map(({ ua }) => ua),
        SEED,
      ),
    );
    if (holm(tests.map(({ p }) => p)).some((p) => p < LEVEL)) byTest++;
  }
  return table(
    ['a false "better" in a table', '% of tables'],
    [
      [`any of ${2 * pairs.length} bootstrap intervals excludes 0`, inPercent(byBootstrap / samples)],
      [`any of ${2 * pairs.length} jackknife-t intervals excludes 0`, inPercent(byJackknife / samples)],
      [`Holm's p < 0.05 in any of ${PRIMARY.length} primary comparisons`, inPercent(byTest / samples)],
    ],
  );
}

/** How often intervals over ten drawn speakers hold the pooled figure of all whom they are drawn from. */
function coverage(name: string, hits: Counts, supports: Counts, lowest: 0 | -1): string[][] {
  const random = Random.named(SEED.seed, name);
  const truth = accuraciesOf(hits, supports, [...supports.keys()]);
  const held = FIGURES.map((figure) => ({ figure, bootstrap: 0, jackknife: 0 }));
  for (let sample = 0; sample < samples; sample++) {
    const speakers = Array.from({ length: 10 }, () => random.integer(supports.length));
    const [own, all] = [speakers.map((s) => hits[s]!), speakers.map((s) => supports[s]!)];
    const [bootstrap] = pairedBootstrap([own], all, { seed: sample }).systems;
    const jackknife = jackknifeAccuracies(own, all, lowest);
    for (const count of held) {
      const holds = (interval: AccuracyIntervals['wa']) =>
        Number(!!interval && interval.low <= truth[count.figure] && truth[count.figure] <= interval.high);
      count.bootstrap += holds(bootstrap![count.figure]);
      count.jackknife += holds(jackknife[count.figure]);
    }
  }
  return held.map(({ figure, ...ways }) => [
    `${name}, ${figure.toUpperCase()}`,
    ...[ways.bootstrap, ways.jackknife].map((count) => inPercent(count / samples)),
  ]);
}

console.log(`## False alarms of one difference\n\n${falseAlarms()}\n`);
console.log(`## False alarms of a table, ${samples} tables\n\n${wholeTable()}\n`);
const ravdess = await read('poolings/ravdess-attention-1');
const rows = [
  ...coverage('EmoDB, attention', systems[2]!.hits, supports, 0),
  ...coverage('EmoDB, attention - gap', less(systems[2]!.hits, systems[0]!.hits), supports, -1),
  ...coverage('RAVDESS (24 speakers), attention', ravdess.hits, ravdess.supports, 0),
];
console.log(`## Coverage of 95 % intervals over ten speakers, ${samples} samples\n`);
console.log(table(['%', 'bootstrap', 'jackknife-t'], rows));
