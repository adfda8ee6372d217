import { open } from 'node:fs/promises';
import { runPaths } from '../../run/run-folder.ts';

const NEWLINE = 0x0a;

/**
 * Follows a run's log: each call reads what has come since the last one, and no more.
 *
 * @param skip lines that are known already
 * @returns what gives the whole lines that came
 */
export function followLog(folder: string, skip: number): () => Promise<string[]> {
  const path = runPaths(folder).log;
  let [read, lines, known] = [0, 0, skip];
  return async () => {
    const file = await open(path).catch(() => undefined);
    if (!file) return [];
    try {
      const { size } = await file.stat();
      if (size < read) [read, lines, known] = [0, 0, Math.max(known, lines)]; // it was written anew
      const came = Buffer.alloc(Math.max(0, size - read));
      const { bytesRead } = await file.read(came, 0, came.length, read);
      const whole = came.subarray(0, bytesRead).lastIndexOf(NEWLINE) + 1;
      const all = came.toString('utf8', 0, whole).split('\n').slice(0, -1);
      const fresh = all.slice(Math.max(0, known - lines));
      read += whole;
      lines += all.length;
      return fresh;
    } finally {
      await file.close();
    }
  };
}
