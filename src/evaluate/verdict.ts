import type { Accuracies } from '../statistics/hits.ts';
import type { PrimaryTest, SystemFigures } from './comparison.ts';

/** The greatest probability of calling any of a table's primary comparisons better where none is, not reached. */
export const ALPHA = 0.05;

/** Whether each seed of one system lies above each seed of the other. */
export function seedsAgree(first: SystemFigures, second: SystemFigures, figure: keyof Accuracies): boolean {
  const sign = Math.sign(second[figure].mean - first[figure].mean);
  return (
    sign !== 0 &&
    second.runs.every((after) => first.runs.every((before) => Math.sign(after[figure] - before[figure]) === sign))
  );
}

/**
 * Whether one of the two systems of a primary comparison is called better: only where Holm's p among the primary comparisons is below
 * {@link ALPHA}, each seed of the one lies above each seed of the other, and both have several seeds or are said to need one alone.
 */
export function verdictOf(
  first: SystemFigures,
  second: SystemFigures,
  figure: keyof Accuracies,
  test: Omit<PrimaryTest, 'verdict'>,
): string {
  const why = whyNot(first, second, figure, test);
  if (why) return `${why}: no ranking`;
  return `Better: ${second[figure].mean > first[figure].mean ? second.name : first.name}`;
}

function whyNot(
  first: SystemFigures,
  second: SystemFigures,
  figure: keyof Accuracies,
  { correctedP, smallestP }: Omit<PrimaryTest, 'verdict'>,
): string | undefined {
  const both = [first, second];
  if (both.some(({ leaks }) => leaks)) return 'LEAKS';
  if (both.some(({ contamination }) => contamination)) return 'contamination unknown';
  if (both.some(({ runs, deterministic }) => runs.length < 2 && !deterministic)) return 'one seed';
  if (smallestP >= ALPHA) return 'too few speakers';
  if (correctedP >= ALPHA) return `corrected p not below ${ALPHA}`;
  if (!seedsAgree(first, second, figure)) return 'seeds disagree';
  return undefined;
}
