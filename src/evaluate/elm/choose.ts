import { AttuneError } from '../../errors.ts';
import { type Confusion, scoresOf, total } from '../../statistics/confusion.ts';
import { type Elm, type ElmData, elmOutputs, fitElm } from '../../train/learners/elm.ts';
import { type Chosen, type Constants, constantsOf, type ElmSettings } from '../../train/learners/elm-settings.ts';

/** Fits an extreme learning machine with some constants; a random layer is drawn by the seed. */
export const fitWith = (data: ElmData, { hidden }: ElmSettings, { ridge, gamma = 1 }: Constants, seed: number): Elm =>
  fitElm(data, {
    ridge,
    hidden: hidden.kind === 'rbf' ? { kind: 'rbf', gamma } : { kind: 'random', units: hidden.units, seed },
  });

/** Index of the greatest, the first of equals. */
export const greatest = (values: readonly number[]): number => values.indexOf(Math.max(...values));

/**
 * What each pair of constants makes of utterances that were left out, `[true][recognised]`; null where it could not be solved.
 *
 * @param learned what is learned from
 * @param left what was left out
 */
export function tryAll(learned: ElmData, left: ElmData, settings: ElmSettings, seed: number): (Confusion | null)[] {
  return constantsOf(settings).map((constants) => {
    const elm = solvedOrNull(() => fitWith(learned, settings, constants, seed));
    if (!elm) return null;
    const counts = Array.from({ length: left.classes }, () => new Array<number>(left.classes).fill(0));
    for (const [i, input] of left.inputs.entries()) counts[left.labels[i]!]![greatest(elmOutputs(elm, input))]!++;
    return counts;
  });
}

/** A ridge that is too small for the numbers at hand is out of the question; the others are not. */
function solvedOrNull(solve: () => Elm): Elm | null {
  try {
    return solve();
  } catch (error) {
    if (error instanceof AttuneError && error.code === 'run') return null;
    throw error;
  }
}

/**
 * The constants of the greatest UA over all utterances that were left out once, the first of equals.
 *
 * @param tried of each group that was left out, what {@link tryAll} gave
 * @throws AttuneError `run` where none could be solved
 */
export function chosenOf(tried: readonly (readonly (Confusion | null)[])[], settings: ElmSettings): Chosen {
  const all = constantsOf(settings);
  if (all.length === 1) return { ...all[0]!, tried: [] };
  const told = all.map((constants, i) => {
    const solved = tried.map((group) => group[i]).filter((confusion) => confusion != null);
    return { ...constants, ua: solved.length < tried.length ? null : scoresOf(total(solved)).ua };
  });
  const best = Math.max(...told.map(({ ua }) => ua ?? -1));
  const chosen = told.findIndex(({ ua }) => ua === best);
  if (chosen < 0)
    throw new AttuneError(
      'run',
      `none of ${all.length} extreme learning machines could be solved, all are singular; give greater ridges than ${settings.ridges.join(', ')}`,
    );
  return { ...all[chosen]!, tried: told };
}
