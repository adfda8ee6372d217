import type { Stretch } from './speech.ts';

/** Element by element. */
export const added = (a: readonly number[], b: readonly number[]) => a.map((value, k) => value + b[k]!);
const greatest = (values: readonly number[]) => values.indexOf(Math.max(...values));

/** Neighbouring cells with one emotion, and the integral of their probabilities. */
export interface Run extends Stretch {
  /** of each class, in probability times seconds */
  readonly sums: readonly number[];
}

/** Seconds. */
export const lasts = ({ start, end }: Stretch) => end - start;
const join = (a: Run, b: Run): Run => ({ start: a.start, end: b.end, sums: added(a.sums, b.sums) });

/** Joins neighbours that are of one kind. */
export function joinAlike(runs: readonly Run[], kind: (run: Run) => number): Run[] {
  const out: Run[] = [];
  for (const run of runs) {
    const last = out.at(-1);
    if (last && kind(last) === kind(run)) out[out.length - 1] = join(last, run);
    else out.push(run);
  }
  return out;
}

/** The index of its most probable class. */
export const emotionOf = ({ sums }: Run) => greatest(sums);

/** Joins the shortest run with a neighbour until none is shorter than `least` seconds. */
export function longEnough(runs: readonly Run[], least: number): Run[] {
  let now = [...runs];
  while (now.length > 1) {
    const durations = now.map(lasts);
    const i = durations.indexOf(Math.min(...durations));
    if (durations[i]! > least - 1e-9) break;
    const run = now[i]!;
    const [before, after] = [now[i - 1], now[i + 1]];
    const toBefore = before ? run.sums[emotionOf(before)]! : -1;
    const toAfter = after ? run.sums[emotionOf(after)]! : -1;
    if (toBefore >= toAfter) now.splice(i - 1, 2, join(before!, run));
    else now.splice(i, 2, join(run, after!));
    now = joinAlike(now, emotionOf);
  }
  return now;
}
