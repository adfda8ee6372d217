import { createHash } from 'node:crypto';
import { relative, sep } from 'node:path';
import { byName, type Schema, sha256 } from '../json.ts';
import { finalFiles, readIfThere, readJson, runPaths } from './run-folder.ts';
import { RUN_CONFIG } from './run-schemas.ts';

/**
 * `hashes.json`: SHA-256 of the bytes of each final file of a run, hexadecimal, by its path in the run folder with forward slashes. Not of
 * `log.jsonl` and `report.html`, which tell when the run was started again. It lies beside the files, so it shows damage and careless
 * changes; who forges both is found out by training again.
 */
export type Hashes = Readonly<Record<string, string>>;

const HASHES: Schema<Hashes> = byName(sha256);

/**
 * Hashes the final files of a run as they lie on disk; those that are not there are left out.
 *
 * @param folds names of all folds
 */
export async function hashesOf(run: string, folds: readonly string[]): Promise<Hashes> {
  const hashes: Record<string, string> = {};
  const { options } = (await readJson(runPaths(run).config, RUN_CONFIG))!;
  for (const path of finalFiles(run, folds, options)) {
    const bytes = await readIfThere(path);
    if (bytes) hashes[nameIn(run, path)] = createHash('sha256').update(bytes).digest('hex');
  }
  return hashes;
}

/**
 * The hashes that were written when a run ended, or undefined where it has none.
 *
 * @throws AttuneError `run` where the file is damaged
 */
export const readHashes = (run: string): Promise<Hashes | undefined> => readJson(runPaths(run).hashes, HASHES);

/** The name of a file in messages and in `hashes.json`. */
export const nameIn = (run: string, path: string): string => relative(run, path).split(sep).join('/');
