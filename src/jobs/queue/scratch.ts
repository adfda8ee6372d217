import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isAlive } from '../../alive.ts';
import { writeWhole } from '../../files.ts';
import { readWhole } from '../../read-file.ts';
import type { CarriedFile } from './payload.ts';
import type { Exchange } from './pieces.ts';

/** Where a worker keeps what units need while they are done. */
export interface Scratch {
  /** A folder for a unit, with files in it that are fetched once for all units. */
  folderFor(shared: readonly CarriedFile[], exchange: Exchange): Promise<string>;
  /** Writes files that belong to one unit alone. */
  fill(folder: string, files: readonly CarriedFile[], exchange: Exchange): Promise<void>;
  clear(folder: string): Promise<void>;
  remove(): Promise<void>;
}

const NAME = /^attune-worker-(\d+)-/;

/** Files that several units share, kept in memory: as many as one run has. */
const MOST_KEPT = 8;

/** @param parent absent: the system's folder for such */
export async function openScratch(parent = tmpdir()): Promise<Scratch> {
  await mkdir(parent, { recursive: true });
  await removeOrphans(parent);
  const own = await mkdtemp(join(parent, `attune-worker-${process.pid}-`));
  const kept = new Map<string, Promise<Buffer>>();
  const fetch = (file: CarriedFile, exchange: Exchange): Promise<Buffer> => {
    const { sha256 } = file.stored;
    const known = kept.get(sha256);
    if (known) return known;
    const bytes = exchange.get(file.stored);
    kept.set(sha256, bytes);
    bytes.catch(() => kept.delete(sha256));
    if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value!);
    return bytes;
  };
  const write = async (folder: string, path: string, bytes: Uint8Array) => {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await writeWhole(target, bytes, { sync: false });
  };
  return {
    async folderFor(shared, exchange) {
      const folder = await mkdtemp(join(own, 'unit-'));
      for (const file of shared) await write(folder, file.path, await fetch(file, exchange));
      return folder;
    },
    async fill(folder, files, exchange) {
      for (const { path, stored } of files) await write(folder, path, await exchange.get(stored));
    },
    clear: (folder) => rm(folder, { recursive: true, force: true }),
    remove: () => rm(own, { recursive: true, force: true }),
  };
}

/** Removes what workers left that were killed. */
async function removeOrphans(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const pid = Number(NAME.exec(name)?.[1]);
    if (pid && !isAlive(pid)) await rm(join(parent, name), { recursive: true, force: true }).catch(() => {});
  }
}

/** The bytes of a file that may not be there. */
export const bytesIfThere = (path: string): Promise<Buffer | undefined> =>
  readWhole(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
