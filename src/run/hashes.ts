import { createHash } from 'node:crypto';
import { relative, sep } from 'node:path';
import * as v from 'valibot';
import { AttuneError } from '../errors.ts';
import { byName, faultAt, type Schema, sha256 } from '../json.ts';
import { readIfThere, readJson, runPaths, writeJson } from './run-folder.ts';

/**
 * `hashes.json`: SHA-256 of the bytes of files of a run, hexadecimal, by their path in the run folder with forward slashes. While it
 * trains, of config and manifest; when it has ended, of every file but this one; older versions left log and report out. It lies beside the files, so it shows damage and
 * careless changes; who forges both is found out by training again.
 */
export type Hashes = Readonly<Record<string, string>>;

/** Files that every version hashed, from the start of a run on; a system that was made elsewhere has `score.json` in place of `config.json`. */
const ALWAYS = ['config.json', 'manifest.json'] as const;
const isKnown = (name: string, hashes: Hashes) => name in hashes || (name === 'config.json' && 'score.json' in hashes);

const HASHES: Schema<Hashes> = v.pipe(
  byName(sha256),
  v.rawCheck(({ dataset, addIssue }) => {
    const missing = dataset.typed ? ALWAYS.find((name) => !isKnown(name, dataset.value)) : undefined;
    if (dataset.typed && missing) addIssue(faultAt(dataset.value, missing, 'its SHA-256'));
  }),
);

export const sha256Of = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** Hashes files of a run as they lie on disk; those that are not there are left out. */
export async function hashesOf(run: string, paths: readonly string[]): Promise<Hashes> {
  const hashes: Record<string, string> = {};
  for (const path of paths) {
    const bytes = await readIfThere(path);
    if (bytes) hashes[nameIn(run, path)] = sha256Of(bytes);
  }
  return hashes;
}

/**
 * The hashes that were written down, or undefined where there are none.
 *
 * @throws AttuneError `run` where the file is damaged
 */
export const readHashes = (run: string): Promise<Hashes | undefined> => readJson(runPaths(run).hashes, HASHES);

export const writeHashes = (run: string, hashes: Hashes): Promise<void> => writeJson(runPaths(run).hashes, hashes);

/** Hashes what stays as it is while a run trains, and forgets the rest, which is about to change. */
export const hashStart = async (run: string): Promise<void> => {
  const { config, manifest, init } = runPaths(run);
  await writeHashes(run, await hashesOf(run, [config, manifest, init]));
};

/**
 * Refuses files of a run that are others than `hashes.json` tells of, where there is one that does.
 *
 * @param paths of those that are about to be used; what is not there is passed over
 * @throws AttuneError `run`, naming the file
 */
export async function refuseOtherFiles(run: string, paths: readonly string[]): Promise<void> {
  const recorded = await readHashes(run);
  if (!recorded) return;
  const now = await hashesOf(run, paths);
  const name = Object.keys(now).find((name) => recorded[name] !== undefined && recorded[name] !== now[name]);
  if (name === undefined) return;
  throw new AttuneError(
    'run',
    `${name} of ${run} is not the file that the run wrote: SHA-256 ${now[name]}, by hashes.json ${recorded[name]}. ${remedy(name)}`,
  );
}

function remedy(name: string): string {
  const [, fold] = /^(?:checkpoints|folds)\/(.*)\.(?:safetensors|json)$/.exec(name) ?? [];
  const files = `checkpoints/${fold}.safetensors and folds/${fold}.json`;
  return fold === undefined
    ? 'Put back a good copy; if you changed it on purpose, delete hashes.json.'
    : `Put back a good copy, or delete ${files} and start the same command again to have the fold trained anew.`;
}

/** The name of a file in messages and in `hashes.json`. */
export const nameIn = (run: string, path: string): string => relative(run, path).split(sep).join('/');
