import { Random } from '../random.ts';
import { EMOTIONS } from './emotions.ts';
import type { Utterance } from './utterance.ts';

/**
 * Groups of utterances dealt out to `folds` parts so that each part has nearly its share of every class and of all groups.
 *
 * Groups are taken from the largest to the smallest, equals in a random order, and each goes where the squared distance of
 * classes from their equal share grows least; of equal places, to the part with fewest groups. With single utterances as groups that is a
 * stratified split; with whole speakers it is as balanced as they allow.
 *
 * @param groups at least `folds` of them, keyed by name, in an order that does not depend on the machine
 * @param folds 2 or more
 * @param seed of the order of equals
 * @returns one list of utterances a part, none empty
 */
export function balancedFolds(
  groups: ReadonlyMap<string, readonly Utterance[]>,
  folds: number,
  seed: number,
): Utterance[][] {
  const counts = (utterances: readonly Utterance[]) =>
    EMOTIONS.map((emotion) => utterances.filter((utterance) => utterance.emotion === emotion).length);
  const all = [...groups.values()];
  const share = counts(all.flat()).map((count) => count / folds);
  const order = Random.named(seed, 'balanced folds')
    .shuffle(all)
    .sort((a, b) => b.length - a.length);
  const parts = Array.from({ length: folds }, () => ({
    groups: 0,
    counts: share.map(() => 0),
    own: [] as Utterance[],
  }));

  order.forEach((group, taken) => {
    const added = counts(group);
    /** how much the classes' squared distance from their share grows, each class against its own share */
    const cost = (part: (typeof parts)[number]) =>
      share.reduce((sum, s, c) => {
        const [before, after] = [part.counts[c]! - s, part.counts[c]! + added[c]! - s];
        return s ? sum + (after ** 2 - before ** 2) / s : sum;
      }, 0);
    const empty = parts.filter((part) => !part.groups);
    const open = order.length - taken <= empty.length ? empty : parts; // none may stay empty
    const best = open.reduce((best, next) => {
      const [a, b] = [cost(best), cost(next)];
      return b < a - 1e-9 || (b <= a + 1e-9 && next.groups < best.groups) ? next : best;
    });
    best.groups++;
    best.own.push(...group);
    for (const [c, count] of added.entries()) best.counts[c]! += count;
  });
  return parts.map(({ own }) => own);
}
