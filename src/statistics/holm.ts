/**
 * Holm's correction of the p-values of one table: with it, the probability that any difference is called real where none is stays below
 * the level at which one is called so, whether or not the tests depend on each other.
 *
 * The i-th smallest of m, counted from 0, times (m - i); none below the one before it, none above 1. Holm (1979), A Simple Sequentially
 * Rejective Multiple Test Procedure, Scandinavian Journal of Statistics 6, 65-70.
 *
 * @param p each in [0, 1]
 * @returns the corrected values in the order of the given ones
 */
export function holm(p: readonly number[]): number[] {
  const corrected = p.map(() => 0);
  const ascending = p.map((_, i) => i).sort((a, b) => p[a]! - p[b]!);
  let before = 0;
  for (const [rank, i] of ascending.entries()) {
    before = Math.max(before, Math.min(1, (p.length - rank) * p[i]!));
    corrected[i] = before;
  }
  return corrected;
}
