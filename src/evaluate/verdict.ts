import type { Difference, SystemFigures } from './comparison.ts';
import type { Accuracies } from './hits.ts';

/**
 * Whether one of two systems is called better: only where the interval of their difference excludes zero, each seed of the one lies
 * above each seed of the other, and both have several seeds or are said to need one alone.
 */
export function verdictOf(
  first: SystemFigures,
  second: SystemFigures,
  key: keyof Accuracies,
  { difference, interval }: Pick<Difference, 'difference' | 'interval'>,
): Pick<Difference, 'seedsAgree' | 'verdict'> {
  const sign = Math.sign(difference);
  const seedsAgree =
    sign !== 0 &&
    second.runs.every((after) => first.runs.every((before) => Math.sign(after[key] - before[key]) === sign));
  const why = whyNot(first, second, interval, seedsAgree);
  return { seedsAgree, verdict: why ? `${why}: no ranking` : `Better: ${sign > 0 ? second.name : first.name}` };
}

function whyNot(
  first: SystemFigures,
  second: SystemFigures,
  interval: Difference['interval'],
  seedsAgree: boolean,
): string | undefined {
  const both = [first, second];
  if (both.some(({ leaks }) => leaks)) return 'LEAKS';
  if (both.some(({ runs, deterministic }) => runs.length < 2 && !deterministic)) return 'one seed';
  if (!interval) return 'too few speakers';
  if (interval.low <= 0 && interval.high >= 0) return 'interval includes zero';
  if (!seedsAgree) return 'seeds disagree';
  return undefined;
}
