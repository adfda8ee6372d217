import { runPaths } from '../../run/run-folder.ts';
import { START, wholeLines } from './whole-lines.ts';

/** What came into a log. */
export interface News {
  readonly fresh: readonly string[];
  /** number of the first of them, from 1 */
  readonly first: number;
  /** the last line of the log, whether it is new or not; empty where there is none */
  readonly last: string;
}

/**
 * Follows a run's log: each call reads what has come since the last one, and no more. Of much that has come at once it gives a part; call again.
 *
 * @param known lines that are known already
 * @returns what gives the whole lines that came, with the number of the first; none where nothing has, or there is no log
 */
export function followLog(folder: string, known: number): () => Promise<News> {
  const path = runPaths(folder).log;
  let [place, lines, skip, last] = [START, 0, known, ''];
  return async () => {
    try {
      for await (const piece of wholeLines(path, place)) {
        if (piece.isAnew && lines) [lines, skip] = [0, 0]; // it was written anew
        place = piece.place;
        const all = piece.text.split('\n').slice(0, -1);
        const fresh = all.slice(Math.max(0, skip - lines));
        lines += all.length;
        last = all.at(-1) ?? last;
        if (fresh.length) return { fresh, first: lines - fresh.length + 1, last };
      }
    } catch {} // there is none yet, or no more
    return { fresh: [], first: lines + 1, last };
  };
}
