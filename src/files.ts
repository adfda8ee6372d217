import { createHash, randomBytes } from 'node:crypto';
import { appendFileSync, closeSync, fsyncSync, openSync, rmSync } from 'node:fs';
import { type FileHandle, open, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isAlive } from './alive.ts';
import { AttuneError } from './errors.ts';

/** Names of files that are not whole yet, by the name that they are to have; those of older versions too. */
const UNFINISHED = [/^\.(.+)\.attune-(\d+)-[0-9a-f]{8}\.part$/, /^(.+)\.\d+\.part$/];

/** File systems take names of 255 bytes; of a longer one than this a hash stands in the name of its unfinished file. */
const LONGEST_NAME = 200;

const nameOf = (path: string): string => {
  const name = basename(path);
  return Buffer.byteLength(name) <= LONGEST_NAME ? name : createHash('sha256').update(name).digest('hex').slice(0, 16);
};

/** Where a file is written until it is whole: beside its place, hidden, under a name that nobody else gives and no other process has. */
export const unfinishedPath = (path: string): string =>
  join(dirname(path), `.${nameOf(path)}.attune-${process.pid}-${randomBytes(4).toString('hex')}.part`);

/**
 * Writes a file so that it is there whole or not at all, also where the process is killed in between; then a part of it stays behind
 * under another name ({@link removeUnfinished}).
 *
 * @param options `sync` (default: true): also where the power fails. What is checked when it is read, and can be made again, may do
 *   without, for that takes milliseconds a file
 * @throws AttuneError `run` where it cannot be written, such as for want of space
 */
export async function writeWhole(
  path: string,
  data: string | Uint8Array,
  { sync = true }: { readonly sync?: boolean } = {},
): Promise<void> {
  const unfinished = unfinishedPath(path);
  const isWhole = grows(unfinished);
  try {
    const file = await open(unfinished, 'wx');
    try {
      await file.writeFile(data);
      if (sync) await syncHandle(file);
    } finally {
      await file.close();
    }
    await rename(unfinished, path);
    if (sync) await syncFolder(dirname(path));
  } catch (cause) {
    await rm(unfinished, { force: true });
    throw cannotWrite(path, cause);
  } finally {
    isWhole();
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What grows now, under the names of unfinished files. */
const growing = new Set<string>();

const removeGrowing = () => {
  for (const path of growing) rmSync(path, { force: true });
};

/** Whoever else listens has its work stopped and abandons its files, or ends the process. */
const endUnlessOthersListen = (signal: NodeJS.Signals) => {
  if (process.listenerCount(signal) > 1) return;
  removeGrowing();
  watchEnds('off');
  process.kill(process.pid, signal); // which now ends it
};

/** Has a file removed where the process is told to end, until what it returns is called. */
function grows(path: string): () => void {
  if (!growing.size) watchEnds('on');
  growing.add(path);
  return () => {
    if (growing.delete(path) && !growing.size) watchEnds('off');
  };
}

function watchEnds(how: 'on' | 'off'): void {
  for (const signal of SIGNALS) process[how](signal, endUnlessOthersListen);
  process[how]('exit', removeGrowing);
}

/** A file that grows, and stands under its name only when it is whole; where the process is told to stop before, nothing stays. */
export interface GrowingFile {
  append(data: string | Uint8Array): Promise<void>;
  /** @param head in the place of the first bytes, where these were not known before */
  finish(head?: Uint8Array): Promise<void>;
  /** in place of `finish` where the work failed: nothing stays */
  abandon(): Promise<void>;
}

/**
 * Of a link, what it points to is written, and the link stays.
 *
 * @throws AttuneError `run`, as its functions do, where it cannot be written; `usage` where it is there and no file, such as a device
 */
export async function openGrowing(path: string): Promise<GrowingFile> {
  const target = await realpath(path).catch(() => path);
  const unfinished = unfinishedPath(target);
  const attempt = <Result>(work: Promise<Result>) =>
    work.catch((cause) => {
      throw cannotWrite(path, cause);
    });
  const isFile = await stat(target).then(
    (found) => found.isFile(),
    () => true,
  );
  if (!isFile) throw new AttuneError('usage', `${path} is no file, and would be replaced by one: name another`);
  await removeOfDead(target);
  const isWhole = grows(unfinished);
  const file = await attempt(open(unfinished, 'wx')).catch((error) => {
    isWhole();
    throw error;
  });
  return {
    append: (data) => attempt(file.writeFile(data)),
    async finish(head) {
      if (head) await attempt(file.write(head, 0, head.length, 0));
      await attempt(syncHandle(file));
      await attempt(file.close());
      await attempt(rename(unfinished, target).then(() => syncFolder(dirname(target))));
      isWhole();
    },
    async abandon() {
      isWhole();
      await file.close().catch(() => {});
      await rm(unfinished, { force: true });
    },
  };
}

/** Removes what processes of this machine left half-written of a file when they were killed. */
async function removeOfDead(path: string): Promise<void> {
  const own = nameOf(path);
  for (const name of await readdir(dirname(path)).catch((): string[] => [])) {
    const [, whole, pid] = UNFINISHED[0]!.exec(name) ?? [];
    if (whole === own && !isAlive(Number(pid))) await rm(join(dirname(path), name), { force: true });
  }
}

/** Waits until what was written would outlast a power failure. */
export const syncHandle = (file: FileHandle): Promise<void> => file.sync().catch(unlessUnable);

/** Waits until names that files were given in a folder would outlast a power failure. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(unlessUnable);
  await handle
    ?.sync()
    .catch(unlessUnable)
    .finally(() => handle.close());
}

/** Adds text to the end of a file, which is made where it is missing, and waits until it would outlast a power failure. */
export function appendSynced(path: string, text: string): void {
  const file = openSync(path, 'a');
  try {
    appendFileSync(file, text);
    try {
      fsyncSync(file);
    } catch (error) {
      unlessUnable(error as NodeJS.ErrnoException);
    }
  } finally {
    closeSync(file);
  }
}

/** Error codes of systems and file systems that do not sync files or folders, or not for everybody; nothing more can be done there. */
const UNABLE = ['EACCES', 'EBADF', 'EINVAL', 'EISDIR', 'ENOSYS', 'ENOTSUP', 'EPERM'];

function unlessUnable(error: NodeJS.ErrnoException): undefined {
  if (!UNABLE.includes(error.code ?? '')) throw error;
}

/** The name that a file is to have when it is whole; that of a whole one is its own. */
export const wholeName = (name: string): string =>
  UNFINISHED.map((pattern) => pattern.exec(name)?.[1]).find((whole) => whole !== undefined) ?? name;

/**
 * Removes what killed processes left half-written of these files, and nothing else. Nobody may be writing them.
 *
 * @param paths of the files when they are whole
 */
export async function removeUnfinished(paths: readonly string[]): Promise<void> {
  const names = new Map<string, Set<string>>();
  for (const path of paths) {
    const folder = dirname(path);
    names.set(folder, (names.get(folder) ?? new Set()).add(nameOf(path)));
  }
  for (const [folder, own] of names)
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(noneWhereAbsent)) {
      const whole = wholeName(entry.name);
      if (whole !== entry.name && own.has(whole) && entry.isFile()) await rm(join(folder, entry.name), { force: true });
    }
}

function noneWhereAbsent(error: NodeJS.ErrnoException): [] {
  if (error.code === 'ENOENT') return [];
  throw error;
}

/** What to tell of a failure to write. */
export function cannotWrite(path: string, cause: unknown): AttuneError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const reason = {
    ENOSPC: 'the disk is full',
    EDQUOT: 'the disk quota is used up',
    EACCES: 'writing there is not allowed',
    EROFS: 'that file system can only be read',
    ENOENT: 'the folder that would hold it does not exist',
    ENOTDIR: 'a part of the path is a file, not a folder',
    EISDIR: 'it is a folder',
    EEXIST: 'a file is in its place',
  }[code ?? ''];
  return new AttuneError(
    'run',
    `${path} could not be written: ${reason ?? message}. Nothing before it is lost; mend that and start the same command again.`,
    { cause },
  );
}
