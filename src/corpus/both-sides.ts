import { byCodeUnits } from './adapter.ts';
import { nameKey } from './spelling.ts';

/** Who speaks in a recording, and the fold that tests on it; without one it is only trained on. */
export interface Tested {
  readonly speaker: string;
  readonly fold?: string;
}

/**
 * Speakers whom the model of a fold has heard, however they were spelt there, and who are tested in it, sorted, by fold; folds without
 * such speakers are left out. A fold trains on every recording that it does not test.
 */
export function speakersOnBothSides(recordings: readonly Tested[]): ReadonlyMap<string, readonly string[]> {
  const speakers = new Map<string, { speaker: string; folds: Set<string | undefined> }>();
  for (const { speaker, fold } of recordings) {
    const known = speakers.get(nameKey(speaker)) ?? { speaker, folds: new Set() };
    known.folds.add(fold);
    speakers.set(nameKey(speaker), known);
  }
  const bothSides = new Map<string, string[]>();
  for (const { speaker, folds } of speakers.values())
    for (const fold of folds)
      if (folds.size > 1 && fold !== undefined) bothSides.set(fold, [...(bothSides.get(fold) ?? []), speaker]);
  const sorted = [...bothSides].sort(([a], [b]) => byCodeUnits(a, b));
  return new Map(sorted.map(([fold, speakers]) => [fold, speakers.sort(byCodeUnits)]));
}
