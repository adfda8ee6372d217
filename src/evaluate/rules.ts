import { type Architecture, createNetwork } from '../model/architecture.ts';
import type { Network } from '../model/network.ts';
import type { FinishedFold, RunOptions } from '../run/run-files.ts';

/** The index of the class that is answered, by the probabilities of an utterance. */
export type Rule = NonNullable<Network['decide']>;

/**
 * How the networks of a run decide.
 *
 * @param folds their names
 * @param read what a fold left behind; undefined where it is not there
 * @returns of each fold, by its name; undefined of one that chose its rule and left nothing behind. Of the whole run undefined where all
 *   answer the greatest probability.
 */
export async function rulesOf(
  { architecture, tune }: Pick<RunOptions, 'architecture' | 'tune'>,
  folds: readonly string[],
  read: (fold: string) => Promise<Pick<FinishedFold, 'chosen'> | undefined>,
): Promise<((fold: string) => Rule | undefined) | undefined> {
  const { decide } = createNetwork(architecture);
  if (!decide || !tune) return decide && (() => decide);
  const rules = new Map<string, Rule | undefined>();
  for (const fold of folds) {
    const own = await read(fold);
    if (own?.chosen) rules.set(fold, createNetwork(withChosen(architecture, own)).decide);
  }
  return (fold) => rules.get(fold);
}

/** The network of a fold, with the threshold that it chose, where it chose one. */
export const withChosen = (architecture: Architecture, { chosen }: Pick<FinishedFold, 'chosen'>): Architecture =>
  architecture.kind === 'two-step' && chosen && 'threshold' in chosen
    ? { ...architecture, threshold: chosen.threshold }
    : architecture;
