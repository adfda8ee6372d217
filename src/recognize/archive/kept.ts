import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import * as v from 'valibot';
import { AttuneError } from '../../errors.ts';
import { cannotWrite, removeUnfinished, wholeName, writeWhole } from '../../files.ts';
import { type Properties, parseJson, type Schema, sha256, whole } from '../../json.ts';
import { holdLock } from '../../lock.ts';
import { readWhole } from '../../read-file.ts';
import { VERSION } from '../../version.ts';
import type { ArchiveWork } from './archive.ts';
import type { Shard } from './shard.ts';
import { WEIGHTS_FILE } from './units.ts';

/** `archive.json`: what is done in the folder. */
interface Begun {
  readonly version: string;
  /** SHA-256 of where each lies and what of it is answered */
  readonly recordings: string;
  readonly count: number;
  /** recordings a unit, at the most */
  readonly shard: number;
  /** SHA-256 */
  readonly work: string;
  /** SHA-256; absent: those that come with Attune, or none */
  readonly weights?: string;
}

const BEGUN: Schema<Begun> = v.object({
  ...{ version: v.string(), recordings: sha256, count: whole(0), shard: whole(1), work: sha256 },
  weights: v.exactOptional(sha256),
} satisfies Properties<Begun>);

const BEGUN_FILE = 'archive.json';
const SHARDS = 'shards';
const LOCK = 'lock';
/** What `shardFile` names. */
const SHARD_FILE = /^\d+(\.\d+-\d+)?(\.[0-9a-f]{16})?\.jsonl$/;

/** The folder in which is kept what is done, held by this process. */
export interface Kept {
  /** lets go of the folder, which stays */
  close(): Promise<void>;
  /** removes it, and lets go of it; what others put into it stays */
  remove(): Promise<void>;
}

/**
 * Opens the folder of an archive, to begin or to go on.
 *
 * @throws AttuneError `usage` where another command works in it, or it holds another archive or files of others; `run` where it cannot be
 *   written, or is damaged
 */
export async function openKept(given: ArchiveWork, shards: readonly Shard[]): Promise<Kept> {
  const { folder, onNote } = given;
  await refuseOthers(folder);
  await mkdir(join(folder, SHARDS), { recursive: true }).catch((cause) => {
    throw cannotWrite(folder, cause);
  });
  const lock = await holdLock(join(folder, LOCK), folder);
  try {
    if (await begin(given, shards)) onNote(`going on from what is kept in ${folder}`);
  } catch (error) {
    await lock.letGo();
    throw error;
  }
  return {
    close: lock.letGo,
    async remove() {
      if (!(await lock.isHeld())) return; // another took it over, and goes on
      for (const name of await readdir(join(folder, SHARDS)).catch((): string[] => []))
        if (SHARD_FILE.test(wholeName(name))) await rm(join(folder, SHARDS, name), { force: true });
      await rmdir(join(folder, SHARDS)).catch(() => {}); // others put something there
      for (const name of [WEIGHTS_FILE, BEGUN_FILE]) await rm(join(folder, name), { force: true });
      await removeUnfinished([join(folder, BEGUN_FILE)]);
      await lock.letGo();
      await rmdir(folder).catch(() => {}); // others put something there, or it is a link
    },
  };
}

/** @returns whether something was begun before */
async function begin(given: ArchiveWork, shards: readonly Shard[]): Promise<boolean> {
  const { folder, checkpoint, work, recordings, shard } = given;
  const weights = checkpoint === undefined ? undefined : await readWhole(checkpoint);
  const places = createHash('sha256');
  for (const { root } of recordings) places.update(`${resolve(root)}\0`);
  for (const { archive, files } of shards) places.update(JSON.stringify([archive, files]));
  const now: Begun = {
    ...{ version: VERSION, recordings: places.digest('hex'), count: recordings.length, shard },
    work: sha256Of(JSON.stringify(work)),
    ...(weights && { weights: sha256Of(weights) }),
  };
  const path = join(folder, BEGUN_FILE);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  const remedy = 'Delete its folder to begin anew.';
  const before = text === undefined ? undefined : parseJson(text, BEGUN, { name: path, code: 'run', remedy });
  if (before) refuseAnother(folder, before, now);
  if (!before) await writeWhole(path, JSON.stringify(now)); // from here on what else is there is ours
  if (weights) await writeFile(join(folder, WEIGHTS_FILE), weights);
  return before !== undefined;
}

const sha256Of = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex');

function refuseAnother(folder: string, before: Begun, now: Begun): void {
  const others = [
    ...(before.count === now.count ? [] : [`of ${before.count} recordings, now ${now.count}`]),
    ...(before.shard === now.shard ? [] : [`in shards of ${before.shard}, now ${now.shard}`]),
    ...(before.work === now.work ? [] : ['with other options']),
    ...(before.weights === now.weights ? [] : ['by other weights']),
    ...(before.version === now.version ? [] : [`by Attune ${before.version}, now ${now.version}`]),
  ];
  if (!others.length && before.recordings !== now.recordings) others.push('of other recordings');
  if (!others.length) return;
  throw new AttuneError(
    'usage',
    `${folder} holds what was done ${others.join(', ')}: give the same again to go on, or delete it to begin anew`,
  );
}

/** @throws AttuneError `usage` where the folder is there, and holds what no archive left */
async function refuseOthers(folder: string): Promise<void> {
  const names = await readdir(folder).catch((): string[] => []);
  if (names.includes(BEGUN_FILE)) return;
  const own = [SHARDS, LOCK, BEGUN_FILE];
  const strange = names.filter((name) => !own.includes(wholeName(name).replace(/^lock\..*/, LOCK)));
  const left = await readdir(join(folder, SHARDS)).catch((): string[] => []);
  if (strange.length || left.length)
    throw new AttuneError(
      'usage',
      `${folder}, where what is done is kept, holds something else (${strange[0] ?? join(SHARDS, left[0]!)}): move it away, or give another \`out\``,
    );
}
