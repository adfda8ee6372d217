import * as v from 'valibot';
import type { Options } from '../arguments.ts';
import { CLASSES, classesOf } from '../corpus/classes.ts';
import { AttuneError } from '../errors.ts';
import { checkArgument, list, SEED, whole } from '../json.ts';
import { mean, sum } from '../statistics/confusion.ts';
import { type Accuracies, accuraciesOf, type Counts, hitsOf, less, meanHits, sharesOf } from '../statistics/hits.ts';
import { holm } from '../statistics/holm.ts';
import { jackknifeAccuracies } from '../statistics/jackknife.ts';
import { type PairedBootstrap, pairedBootstrap } from '../statistics/paired-bootstrap.ts';
import { permutationTest } from '../statistics/permutation.ts';
import { PREDICTIONS, predictionsOf } from '../statistics/prediction.ts';
import type { ComparedRun } from './compared-runs.ts';
import type { Comparison, Difference, PairFigures, PrimaryTest, SystemFigures } from './comparison.ts';
import { contaminationOfRun, leakOfRun, notesOf } from './comparison-notes.ts';
import { keyOf, type Primary, primariesOf, systemName } from './primary.ts';
import { withOneSpelling } from './same-utterances.ts';
import { seedsAgree, verdictOf } from './verdict.ts';

/** How often a comparison draws, from which seed, and what it tests. */
export interface CompareOptions {
  /** of the bootstrap's draws and of the swaps; a whole number from 0 to 2^32 - 1: the same gives the same figures */
  readonly seed: number;
  /** of the bootstrap; at least 1, default 2000 */
  readonly draws?: number;
  /** drawn where there are more than 16 speakers; at least 1, default 20,000 */
  readonly swaps?: number;
  /**
   * what may be called better, named before any figure was looked at, `A` being the first system; default: UA of the two where there
   * are two systems, else nothing
   */
  readonly primary?: readonly Primary[];
}

const RUN = v.looseObject({ run: v.string(), predictions: PREDICTIONS, classes: v.optional(CLASSES) });
const SYSTEMS = list(v.pipe(list(RUN), v.minLength(1, 'at least one run')));
const OPTIONS = v.strictObject({
  ...{ seed: SEED, draws: v.optional(whole(1)), swaps: v.optional(whole(1)) },
  primary: v.optional(list(v.object({ first: v.string(), second: v.string(), figure: v.picklist(['wa', 'ua']) }))),
} satisfies Options<CompareOptions>);

/**
 * Compares systems that were scored on the same utterances, each with all its seeds: the figure of a system is the mean of its seeds' pooled
 * figures. Hits are averaged over seeds before speakers are drawn, left out or swapped, so all seeds of a speaker go together. Systems need
 * not have equally many seeds.
 *
 * Only primary comparisons are tested, and called better where Holm's p among them is below 0.05; all others are descriptive.
 *
 * Differences and p agree with a walk through all swaps that takes WA and UA from scikit-learn's accuracy_score and
 * balanced_accuracy_score (checked with version 1.9.1 on made data, and on EmoDB against openSMILE's functionals).
 *
 * @param systems at least two, at most 26, each of at least one run
 * @throws AttuneError `run` where utterances, true classes, speakers or audio differ between runs; `usage` where there are too few or too
 *   many, or a primary comparison is not one of them
 *
 * @example
 * ```ts
 * import { compareSystems, readSystems } from 'attune/node';
 *
 * const systems = await readSystems(['runs/gap-1,runs/gap-2', 'runs/attention-1,runs/attention-2']);
 * const { pairs, notes } = compareSystems(systems, { seed: 1 });
 * for (const { first, second, ua } of pairs)
 *   console.log(`${second} less ${first}: UA ${ua.difference.toFixed(3)}. ${ua.test?.verdict ?? 'descriptive'}`);
 * for (const note of notes) console.log(note);
 * ```
 */
export function compareSystems(systems: readonly (readonly ComparedRun[])[], options: CompareOptions): Comparison {
  checkArgument(systems, SYSTEMS, 'the systems');
  checkArgument(options, OPTIONS, 'the options');
  if (systems.length < 2 || systems.length > 26)
    throw new AttuneError('usage', `expected from two to 26 systems to compare, got ${systems.length}`);
  return tabulate(systems, options);
}

/**
 * As {@link compareSystems}, also of one system alone, for a table that is not whole yet.
 *
 * @param called what notes call each system; default: the letters that they have in the comparison
 */
export function tabulate(
  given: readonly (readonly ComparedRun[])[],
  options: CompareOptions,
  called?: readonly string[],
): Comparison {
  const { seed, draws } = options;
  for (const { predictions, run, ...own } of given.flat())
    checkArgument(predictions, predictionsOf(classesOf(own)), `the predictions of ${run}`);
  const systems = withOneSpelling(given);
  const runs = systems.flat();

  const classes = classesOf(runs[0]!);
  const { speakers, supports } = hitsOf(runs[0]!.predictions, classes);
  const hits = systems.map((seeds) => seeds.map(({ predictions }) => hitsOf(predictions, classes).hits));
  const means = hits.map(meanHits);
  const bootstrap = pairedBootstrap(means, supports, { seed, ...(draws !== undefined && { draws }) });
  const figures = systems.map((seeds, i) =>
    systemOf(i, seeds, { own: hits[i]!, mean: means[i]!, supports, bootstrap }),
  );
  const primary = primariesOf(
    options.primary,
    figures.map(({ name }) => name),
  );
  const tests = testsOf(primary, figures, means, supports, options);
  const comparison = {
    ...{ systems: figures, pairs: pairsOf(figures, means, supports, bootstrap, tests), primary },
    ...{ utterances: runs[0]!.predictions.length, speakers: speakers.length, seed, redrawn: bootstrap.redrawn },
  };
  const names = called ?? figures.map(({ name }) => name);
  return { ...comparison, notes: notesOf(systems, comparison, { asked: options.primary !== undefined, names }) };
}

interface SystemHits {
  /** one a seed */
  readonly own: readonly Counts[];
  readonly mean: Counts;
  readonly supports: Counts;
  readonly bootstrap: PairedBootstrap;
}

function systemOf(
  index: number,
  seeds: readonly ComparedRun[],
  { own, mean: hits, supports, bootstrap }: SystemHits,
): SystemFigures {
  const everyone = supports.map((_, speaker) => speaker);
  const accuracies = own.map((counts) => accuraciesOf(counts, supports, everyone));
  const leftOut = jackknifeAccuracies(hits, supports, 0);
  const figure = (key: keyof Accuracies) => {
    const values = accuracies.map((accuracy) => accuracy[key]);
    const intervals = { interval: bootstrap.systems[index]![key], jackknife: leftOut[key] };
    return { mean: mean(values), deviation: deviation(values), ...intervals };
  };
  return {
    name: systemName(index),
    runs: seeds.map(({ run, options }, i) => ({
      ...{ run, protocol: options?.protocol ?? null, seed: options?.seed ?? null },
      ...accuracies[i]!,
    })),
    ...{ wa: figure('wa'), ua: figure('ua'), leaks: seeds.some(leakOfRun) },
    ...Object.assign({}, ...seeds.map(contaminationOfRun)),
    deterministic: seeds.every(({ deterministic }) => deterministic),
  };
}

function deviation(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  const middle = mean(values);
  return Math.sqrt(sum(values.map((value) => (value - middle) ** 2)) / (values.length - 1));
}

/** The tests of the primary comparisons, by their keys. */
function testsOf(
  primary: readonly Primary[],
  systems: readonly SystemFigures[],
  hits: readonly Counts[],
  supports: Counts,
  { seed, swaps: draws }: CompareOptions,
): ReadonlyMap<string, PrimaryTest> {
  const indexOf = (name: string) => systems.findIndex((system) => system.name === name);
  const tested = primary.map((named) => {
    const [from, to] = [indexOf(named.first), indexOf(named.second)];
    const shares = sharesOf(less(hits[to]!, hits[from]!), supports).map((share) => share[named.figure]);
    return { named, from, to, ...permutationTest(shares, { seed, ...(draws !== undefined && { draws }) }) };
  });
  const corrected = holm(tested.map(({ p }) => p));
  const tests = tested.map(({ named, from, to, ...test }, i): [string, PrimaryTest] => {
    const found = { ...test, correctedP: corrected[i]! };
    return [keyOf(named), { ...found, verdict: verdictOf(systems[from]!, systems[to]!, named.figure, found) }];
  });
  return new Map(tests);
}

function pairsOf(
  systems: readonly SystemFigures[],
  hits: readonly Counts[],
  supports: Counts,
  bootstrap: PairedBootstrap,
  tests: ReadonlyMap<string, PrimaryTest>,
): PairFigures[] {
  const pairs = systems.flatMap((_, to) => Array.from({ length: to }, (_, from) => [from, to] as const));
  pairs.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  return pairs.map(([from, to]) => {
    const [first, second] = [systems[from]!, systems[to]!];
    const drawn = bootstrap.difference(from, to);
    const leftOut = jackknifeAccuracies(less(hits[to]!, hits[from]!), supports, -1);
    const difference = (figure: keyof Accuracies): Difference => ({
      difference: second[figure].mean - first[figure].mean,
      ...{ interval: drawn[figure], jackknife: leftOut[figure], seedsAgree: seedsAgree(first, second, figure) },
      test: tests.get(keyOf({ first: first.name, second: second.name, figure })) ?? null,
    });
    return { first: first.name, second: second.name, wa: difference('wa'), ua: difference('ua') };
  });
}
