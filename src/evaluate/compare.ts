import { AttuneError } from '../errors.ts';
import type { ComparedRun } from './compared-runs.ts';
import type { Comparison, Difference, PairFigures, SystemFigures } from './comparison.ts';
import { leakOfRun, notesOf } from './comparison-notes.ts';
import { mean, sum } from './confusion.ts';
import { type Accuracies, accuraciesOf, type Counts, hitsOf, meanHits, sharesOf } from './hits.ts';
import { holm } from './holm.ts';
import { type PairedBootstrap, pairedBootstrap } from './paired-bootstrap.ts';
import { permutationTest } from './permutation.ts';
import { refuseOtherUtterances } from './same-utterances.ts';
import { verdictOf } from './verdict.ts';

/** How often a comparison draws, and from which seed. */
export interface CompareOptions {
  /** of the bootstrap's draws and of the swaps; a whole number, 0 or more: the same gives the same figures */
  readonly seed: number;
  /** of the bootstrap; at least 1, default 2000 */
  readonly draws?: number;
  /** drawn where there are more than 16 speakers; at least 1, default 20,000 */
  readonly swaps?: number;
}

/**
 * Compares systems that were scored on the same utterances, each with all its seeds: the figure of a system is the mean of its seeds' pooled
 * figures, and a swap swaps all seeds of a speaker together. Systems need not have equally many seeds.
 *
 * Differences and p agree with a walk through all swaps that takes WA and UA from scikit-learn's accuracy_score and
 * balanced_accuracy_score (checked with version 1.9.1 on made data, and on EmoDB against openSMILE's functionals).
 *
 * @param systems at least two, at most 26, each of at least one run
 * @throws AttuneError `run` where utterances, true classes, speakers or audio differ between runs; `usage` where there are too few or too many
 *
 * @example
 * ```ts
 * import { compareSystems, readSystems } from 'attune/node';
 *
 * const systems = await readSystems(['runs/gap-1,runs/gap-2', 'runs/attention-1,runs/attention-2']);
 * const { pairs, notes } = compareSystems(systems, { seed: 1 });
 * for (const { first, second, ua } of pairs)
 *   console.log(`${second} less ${first}: UA ${ua.difference.toFixed(3)}, p ${ua.p.toFixed(3)}. ${ua.verdict}`);
 * for (const note of notes) console.log(note);
 * ```
 */
export function compareSystems(systems: readonly (readonly ComparedRun[])[], options: CompareOptions): Comparison {
  const { seed, draws } = options;
  if (systems.length < 2 || systems.length > 26)
    throw new AttuneError('usage', `expected from two to 26 systems to compare, got ${systems.length}`);
  const runs = systems.flat();
  for (const run of runs.slice(1)) refuseOtherUtterances(runs[0]!, run);

  const { speakers, supports } = hitsOf(runs[0]!.predictions);
  const hits = systems.map((seeds) => seeds.map(({ predictions }) => hitsOf(predictions).hits));
  const means = hits.map(meanHits);
  const bootstrap = pairedBootstrap(means, supports, { seed, ...(draws !== undefined && { draws }) });
  const figures = systems.map((seeds, i) => systemOf(i, seeds, hits[i]!, supports, bootstrap));
  const pairs = pairsOf(figures, means, supports, bootstrap, options);
  return {
    ...{ systems: figures, pairs, utterances: runs[0]!.predictions.length, speakers: speakers.length, seed },
    redrawn: bootstrap.redrawn,
    notes: notesOf(systems, figures, pairs, { speakers: speakers.length, redrawn: bootstrap.redrawn }),
  };
}

function systemOf(
  index: number,
  seeds: readonly ComparedRun[],
  hits: readonly Counts[],
  supports: Counts,
  bootstrap: PairedBootstrap,
): SystemFigures {
  const everyone = supports.map((_, speaker) => speaker);
  const accuracies = hits.map((own) => accuraciesOf(own, supports, everyone));
  const figure = (key: keyof Accuracies) => {
    const values = accuracies.map((accuracy) => accuracy[key]);
    return { mean: mean(values), deviation: deviation(values), interval: bootstrap.systems[index]![key] };
  };
  return {
    name: String.fromCharCode('A'.charCodeAt(0) + index),
    runs: seeds.map(({ run, options }, i) => ({
      ...{ run, protocol: options?.protocol ?? null, seed: options?.seed ?? null },
      ...accuracies[i]!,
    })),
    ...{ wa: figure('wa'), ua: figure('ua'), leaks: seeds.some(leakOfRun) },
    deterministic: seeds.every(({ deterministic }) => deterministic),
  };
}

function deviation(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  const middle = mean(values);
  return Math.sqrt(sum(values.map((value) => (value - middle) ** 2)) / (values.length - 1));
}

function pairsOf(
  systems: readonly SystemFigures[],
  hits: readonly Counts[],
  supports: Counts,
  bootstrap: PairedBootstrap,
  { seed, swaps: draws }: CompareOptions,
): PairFigures[] {
  const pairs = systems.flatMap((_, to) => Array.from({ length: to }, (_, from) => [from, to] as const));
  pairs.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const shares = hits.map((own) => sharesOf(own, supports));
  const tested = pairs.flatMap(([from, to]) =>
    (['wa', 'ua'] as const).map((key) => {
      const [first, second] = [systems[from]!, systems[to]!];
      const difference = second[key].mean - first[key].mean;
      const interval = bootstrap.difference(from, to)[key];
      const test = permutationTest(
        shares[to]!.map((share, speaker) => share[key] - shares[from]![speaker]![key]),
        { seed, ...(draws !== undefined && { draws }) },
      );
      return { difference, interval, ...test, ...verdictOf(first, second, key, { difference, interval }) };
    }),
  );
  const corrected = holm(tested.map(({ p }) => p));
  const differences = tested.map((difference, i): Difference => ({ ...difference, correctedP: corrected[i]! }));
  return pairs.map(([from, to], i) => ({
    ...{ first: systems[from]!.name, second: systems[to]!.name },
    ...{ wa: differences[2 * i]!, ua: differences[2 * i + 1]! },
  }));
}
