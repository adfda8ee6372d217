import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { scoreOutOfFold } from '../../src/evaluate/out-of-fold.ts';
import type { FrontEnd } from '../../src/features/front-end.ts';
import { writeJson } from '../../src/run/run-folder.ts';
import type { ScoredUtterance } from '../../src/statistics/temperature.ts';
import { type AnyCondition, under } from './conditions.ts';
import { keptJson } from './kept-json.ts';

/** Segment logits of every utterance of a run under a condition, by the fold that never heard its speaker; kept in the run's folder. */
export function scored(
  run: string,
  directory: string,
  condition: AnyCondition,
  frontEnd: Partial<FrontEnd> = {},
): Promise<ScoredUtterance[]> {
  return kept(join(run, 'conditions', `${condition}.json`), () =>
    scoreOutOfFold(run, directory, {
      frontEnd,
      alter: under(condition),
      threads: 1,
      onProgress: shown(`${run}, ${condition}`),
    }),
  );
}

/** What a file holds, or, where there is none, what `make` gives, which is written there. */
export async function kept(path: string, make: () => Promise<ScoredUtterance[]>): Promise<ScoredUtterance[]> {
  const before = await keptJson<ScoredUtterance[]>(path);
  if (before) return before;
  const made = (await make()).map(({ logits, ...rest }) => ({
    ...rest,
    logits: logits.map((row) => row.map(rounded)),
  }));
  await mkdir(dirname(path), { recursive: true });
  await writeJson(path, made);
  return made;
}

const rounded = (x: number) => Number(x.toFixed(5));

/** A line every 100 recordings. */
export const shown = (what: string) => (done: number, inAll: number) => {
  if (done % 100 === 0 || done === inAll) process.stderr.write(`${what}: ${done} of ${inAll}\n`);
};
