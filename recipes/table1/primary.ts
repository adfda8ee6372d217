import { compareSystems } from '../../src/evaluate/compare.ts';
import type { ComparedRun } from '../../src/evaluate/compared-runs.ts';
import type { Comparison } from '../../src/evaluate/comparison.ts';
import { systemName } from '../../src/evaluate/primary.ts';
import { differenceCells, notes } from '../../src/studies/table1/cells.ts';

/** A row of Table 1. */
export interface System {
  readonly name: string;
  /** WA and UA that the paper has, in percent; undefined for a peer, which has no seed */
  readonly paper: readonly [number, number] | undefined;
  /** those that are finished */
  readonly runs: readonly ComparedRun[];
}

/** The seed that had been seen when the primary comparisons were named, so that only others confirm them. */
const SEEN = 1;

/** UA of the one beside that of each other: what the paper claims, and the peer to beat. */
const CLAIMED = 'attention pooling';
const AGAINST: readonly string[] = ['gap pooling', 'bilinear pooling', 'openSMILE compare2016-unweighted, SVM'];

/** What Table 1 tests, by the seeds that were not seen, once all its networks have them. */
export function primarySection(systems: readonly System[], seeds: readonly number[]): string {
  const chosen = systems.filter(({ name }) => name === CLAIMED || AGAINST.includes(name));
  const indexOf = (name: string) => systems.findIndex((system) => system.name === name);
  const named = AGAINST.filter((name) => chosen.some((system) => system.name === name));
  const pairs = named.map((name) => {
    const [first, second] = [indexOf(name), indexOf(CLAIMED)].sort((a, b) => a - b).map(systemName);
    return `${name} (${second} − ${first})`;
  });
  const confirming = seeds.filter((seed) => seed !== SEEN);
  const rule = `UA of ${CLAIMED} beside that of ${pairs.join(', ')}. Seed ${SEEN} had been seen when they were named, openSMILE's as the highest of its four rows, so it confirms nothing: other seeds do, on the same speakers. \`Better\` takes Holm's p below 0.05 among these ${AGAINST.length}, by permutation over speakers, seeds averaged first.`;
  const tested = chosen.length === AGAINST.length + 1 ? confirmed(chosen, confirming) : undefined;
  if (!tested)
    return `${rule}\n\n**Not all seeds other than ${SEEN} are run: nothing is tested yet, and nothing is ranked.**`;
  const rows = tested.pairs.flatMap(({ first, second, ua: { test, ...ua } }) =>
    test
      ? [
          `| ${second} − ${first} | ${differenceCells({ ...ua, test })} | ${test.p.toPrecision(2)} | ${test.correctedP.toPrecision(2)} | ${test.verdict} |`,
        ]
      : [],
  );
  return `${rule} Here: ${confirming.map((seed) => `seed ${seed}`).join(', ')}.

| | UA | p | p (Holm) | |
|---|---|---|---|---|
${rows.join('\n')}

${notes(tested)}`;
}

/** Undefined where a network lacks one of the seeds. The systems are the first of the whole table, so that they keep their letters. */
function confirmed(chosen: readonly System[], seeds: readonly number[]): Comparison | undefined {
  const systems = chosen.map(({ paper, runs }) =>
    paper ? runs.filter(({ options }) => options && seeds.includes(options.seed)) : runs,
  );
  const incomplete = chosen.some(({ paper }, i) => paper && systems[i]!.length < seeds.length);
  if (!seeds.length || incomplete) return undefined;
  const letterOf = (name: string) => systemName(chosen.findIndex((system) => system.name === name));
  return compareSystems(systems, {
    seed: 1,
    primary: AGAINST.map((name) => ({ first: letterOf(name), second: letterOf(CLAIMED), figure: 'ua' })),
  });
}
