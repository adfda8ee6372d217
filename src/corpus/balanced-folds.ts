import { Random } from '../random.ts';
import type { Utterance } from './utterance.ts';

/** A part of the division as it grows. */
interface Part {
  readonly groups: Group[];
  readonly counts: number[];
}

interface Group {
  readonly utterances: readonly Utterance[];
  /** by class */
  readonly counts: readonly number[];
}

/**
 * Groups of utterances dealt out to `folds` parts so that each part has nearly its share of every class and of all groups.
 *
 * What is to be low is the squared distance of a part's classes from their equal share, each class by its own share, summed over parts.
 * Groups are taken from the largest to the smallest, equals in a random order, and each goes where that sum grows least; of equal places,
 * to the part with fewest groups. Then, as long as it lowers the sum, a group moves to another part or two change places, the best first.
 * With single utterances as groups that is a stratified split; with whole speakers it is as balanced as they allow, or nearly.
 *
 * @param groups at least `folds` of them, keyed by name, in an order that does not depend on the machine
 * @param options number of folds, 2 or more; the seed of the order of equals; and the classes
 * @returns one list of utterances a part, none empty
 */
export function balancedFolds(
  groups: ReadonlyMap<string, readonly Utterance[]>,
  { folds, seed, classes }: { readonly folds: number; readonly seed: number; readonly classes: readonly string[] },
): Utterance[][] {
  const countsOf = (utterances: readonly Utterance[]) =>
    classes.map((emotion) => utterances.filter((utterance) => utterance.emotion === emotion).length);
  const all = [...groups.values()].map((utterances): Group => ({ utterances, counts: countsOf(utterances) }));
  const share = countsOf(all.flatMap(({ utterances }) => utterances)).map((count) => count / folds);
  const order = Random.named(seed, 'balanced folds')
    .shuffle(all)
    .sort((a, b) => b.utterances.length - a.utterances.length);
  const parts = Array.from({ length: folds }, (): Part => ({ groups: [], counts: share.map(() => 0) }));
  deal(order, parts, share);
  while (exchange(parts, share));
  return parts.map(({ groups }) => groups.flatMap(({ utterances }) => utterances));
}

/** How much the distance of a part from its share grows as `change` is added to it. */
const growth = ({ counts }: Part, change: readonly number[], share: readonly number[]): number =>
  share.reduce((sum, s, c) => {
    const before = counts[c]! - s;
    return s ? sum + ((before + change[c]!) ** 2 - before ** 2) / s : sum;
  }, 0);

/** Differences below this are rounding. */
const NOTHING = 1e-9;

function deal(order: readonly Group[], parts: readonly Part[], share: readonly number[]): void {
  order.forEach((group, dealt) => {
    const empty = parts.filter(({ groups }) => !groups.length);
    const open = order.length - dealt <= empty.length ? empty : parts; // none may stay empty
    const best = open.reduce((best, next) => {
      const [a, b] = [growth(best, group.counts, share), growth(next, group.counts, share)];
      return b < a - NOTHING || (b <= a + NOTHING && next.groups.length < best.groups.length) ? next : best;
    });
    add(best, group);
  });
}

/** Makes the one move or exchange of two groups that lowers the sum most; false where none does. */
function exchange(parts: readonly Part[], share: readonly number[]): boolean {
  let best = { gain: NOTHING, make: () => {} };
  for (const [p, from] of parts.entries())
    for (const to of parts.slice(p + 1))
      for (const given of [undefined, ...kindsIn(from)])
        for (const taken of [undefined, ...kindsIn(to)]) {
          if ((!given && to.groups.length < 2) || (!taken && from.groups.length < 2)) continue;
          const change = share.map((_, c) => (taken?.counts[c] ?? 0) - (given?.counts[c] ?? 0));
          const lost = change.map((count) => -count);
          const gain = -growth(from, change, share) - growth(to, lost, share);
          if (gain > best.gain + NOTHING)
            best = {
              gain,
              make() {
                if (given) add(to, remove(from, given));
                if (taken) add(from, remove(to, taken));
              },
            };
        }
  best.make();
  return best.gain > NOTHING;
}

/** One group of each kind: groups of equal classes may stand for each other. */
function kindsIn({ groups }: Part): Group[] {
  return [...new Map(groups.map((group) => [group.counts.join(), group])).values()];
}

function add(part: Part, group: Group): void {
  part.groups.push(group);
  for (const [c, count] of group.counts.entries()) part.counts[c]! += count;
}

function remove(part: Part, group: Group): Group {
  part.groups.splice(part.groups.indexOf(group), 1);
  for (const [c, count] of group.counts.entries()) part.counts[c]! -= count;
  return group;
}
