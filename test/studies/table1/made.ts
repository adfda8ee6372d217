import { EMOTIONS } from '../../../src/corpus/emotions.ts';
import type { ComparedRun } from '../../../src/evaluate/compared-runs.ts';
import { rowsOf } from '../../../src/studies/table1/rows.ts';
import type { RowRuns } from '../../../src/studies/table1/table.ts';
import { predict } from '../../evaluate/predict.ts';
import { runOf } from '../../evaluate/run.ts';

/** Utterances of each of six speakers, by class. */
const SUPPORTS = [3, 1, 2, 2];

/** A run by how many of each class each of six speakers, `a` to `f`, has right, such as `2011`; the others are taken for the next class. */
export function runWith(run: string, seed: number | undefined, right: string): ComparedRun {
  const predictions = right.split(' ').flatMap((counts, s) =>
    EMOTIONS.flatMap((emotion, c) =>
      Array.from({ length: SUPPORTS[c]! }, (_, i) => {
        const speaker = 'abcdef'[s]!;
        const said = i < Number(counts[c]) ? emotion : EMOTIONS[(c + 1) % 4]!;
        return predict(`${speaker}-${emotion}-${i}`, speaker, emotion, said);
      }),
    ),
  );
  return { run, predictions, ...(seed !== undefined && { options: { ...runOf(predictions).config.options, seed } }) };
}

/** Made-up counts of two systems, two seeds each. */
export const GAP = [
  runWith('out/gap-pooling-1', 1, '2011 2101 3010 1011 2011 2101'),
  runWith('out/gap-pooling-2', 2, '2010 2111 2010 2011 2001 2001'),
];
export const ATTENTION = [
  runWith('out/attention-pooling-1', 1, '3111 3112 3021 2111 2021 3111'),
  runWith('out/attention-pooling-2', 2, '3012 3111 3111 2022 3011 2121'),
];

/** Rows of a table with these runs of systems; a system without any is not asked for. */
export const rowsWith = (runs: Readonly<Record<string, readonly ComparedRun[]>>): RowRuns[] =>
  rowsOf(Object.keys(runs)).map((row) => {
    const own = runs[row.system];
    return { row, asked: own !== undefined, runs: own ?? [], missing: [], diverged: [] };
  });
