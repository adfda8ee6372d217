import { runPaths } from '../../run/run-folder.ts';
import { START, wholeLines } from './whole-lines.ts';

/**
 * Follows a run's log: each call reads what has come since the last one, and no more. Of much that has come at once it gives a part; call again.
 *
 * @param skip lines that are known already
 * @returns what gives the whole lines that came; none where nothing has, or there is no log
 */
export function followLog(folder: string, skip: number): () => Promise<string[]> {
  const path = runPaths(folder).log;
  let [place, lines, known] = [START, 0, skip];
  return async () => {
    try {
      for await (const piece of wholeLines(path, place)) {
        if (piece.isAnew) [lines, known] = [0, Math.max(known, lines)];
        place = piece.place;
        const all = piece.text.split('\n').slice(0, -1);
        const fresh = all.slice(Math.max(0, known - lines));
        lines += all.length;
        if (fresh.length) return fresh;
      }
      return [];
    } catch {
      return []; // there is none yet, or no more
    }
  };
}
