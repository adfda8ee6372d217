import { createHash } from 'node:crypto';
import { access, constants, mkdir, readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import * as v from 'valibot';
import { AttuneError } from '../../errors.ts';
import { writeWhole } from '../../files.ts';
import { list, type Properties, type Schema, sha256, whole } from '../../json.ts';
import { readWhole } from '../../read-file.ts';

/** Bytes that lie somewhere in pieces, and how to tell that they are whole. */
export interface Stored {
  /** under which they lie */
  readonly key: string;
  /** of all bytes, hexadecimal */
  readonly sha256: string;
  readonly bytes: number;
  /** SHA-256 of each piece, in order */
  readonly pieces: readonly string[];
}

export const STORED: Schema<Stored> = v.object({
  ...{ key: v.pipe(v.string(), v.regex(/^[\w:.-]{1,200}$/)), sha256, bytes: whole(0), pieces: list(sha256) },
} satisfies Properties<Stored>);

/** Where files of units change hands. */
export interface Exchange {
  readonly kind: 'redis' | 'folder';
  /** stores bytes in pieces, until they are dropped or as long as they live */
  put(key: string, bytes: Uint8Array): Promise<Stored>;
  /** whether all pieces are there still; those that are live on */
  has(stored: Stored): Promise<boolean>;
  /** @throws AttuneError `run` where a piece is gone or is not what was stored, which is then removed, so that it can be put there again */
  get(stored: Stored): Promise<Buffer>;
  drop(stored: Stored): Promise<void>;
}

/** What Redis takes at a time, bytes. */
export const PIECE = 1024 * 1024;
/** What nobody fetched is dropped after this, ms. */
export const KEPT_FOR = 7 * 24 * 3600 * 1000;

export const sha256Of = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

/** An exchange that keeps pieces one by one, by a name each. */
interface Pieces {
  /** what a person looks for */
  place(name: string): string;
  /** what to do where one is gone */
  readonly remedy?: string;
  write(name: string, piece: Uint8Array): Promise<unknown>;
  /** undefined where there is none */
  read(name: string): Promise<Buffer | undefined>;
  /** whether it is there; it lives on */
  touch(name: string): Promise<boolean>;
  remove(names: readonly string[]): Promise<unknown>;
}

const exchangeOf = (kind: Exchange['kind'], pieces: Pieces): Exchange => {
  const names = ({ key, pieces }: Stored) => pieces.map((_, i) => `${key}:${i}`);
  return {
    kind,
    async put(key, bytes) {
      const hashes: string[] = [];
      for (let at = 0; at < bytes.length; at += PIECE) {
        const piece = bytes.subarray(at, at + PIECE);
        await pieces.write(`${key}:${hashes.length}`, piece);
        hashes.push(sha256Of(piece));
      }
      return { key, sha256: sha256Of(bytes), bytes: bytes.length, pieces: hashes };
    },
    async has(stored) {
      for (const name of names(stored)) if (!(await pieces.touch(name))) return false;
      return true;
    },
    async get(stored) {
      const found: Buffer[] = [];
      for (const [i, name] of names(stored).entries()) {
        const piece = await pieces.read(name);
        if (!piece) throw spoilt(`${pieces.place(name)} is gone${pieces.remedy ?? ''}`);
        if (sha256Of(piece) !== stored.pieces[i]) {
          await pieces.remove([name]);
          throw spoilt(`${pieces.place(name)} has changed`);
        }
        found.push(piece);
      }
      const bytes = Buffer.concat(found);
      if (bytes.length !== stored.bytes || sha256Of(bytes) !== stored.sha256)
        throw spoilt(`${stored.key} is not whole`);
      return bytes;
    },
    drop: async (stored) => void (await pieces.remove(names(stored))),
  };
};

const spoilt = (why: string) => new AttuneError('run', `a file of a unit did not come through as it was: ${why}`);

/** Files change hands through Redis. */
export function redisExchange(redis: Redis): Exchange {
  const keyOf = (name: string) => `attune:piece:${name}`;
  return exchangeOf('redis', {
    place: (name) => `${keyOf(name)} in Redis`,
    write: (name, piece) => redis.set(keyOf(name), Buffer.from(piece), 'PX', KEPT_FOR),
    read: async (name) => (await redis.getBuffer(keyOf(name)).catch(emptyWhereNoText)) ?? undefined,
    touch: async (name) => (await redis.pexpire(keyOf(name), KEPT_FOR)) === 1,
    remove: async (names) => names.length && redis.del(names.map(keyOf)),
  });
}

/** Something else than text stands there. */
function emptyWhereNoText(error: Error): Buffer {
  if (error.message.startsWith('WRONGTYPE')) return Buffer.alloc(0);
  throw error;
}

/** @throws AttuneError `usage` where files cannot change hands through a folder on this machine */
export async function refuseUnwritable(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw new AttuneError(
      'usage',
      `expected a folder that can be written, by which files come and go, got ${folder} (${(cause as NodeJS.ErrnoException).code}): name the one that all machines share`,
      { cause },
    );
  }
}

/** Files change hands through a folder that all machines share, each by its own path. */
export function folderExchange(folder: string): Exchange {
  const pathOf = (name: string) => join(folder, name.replaceAll(':', '.'));
  return exchangeOf('folder', {
    place: pathOf,
    remedy: ': --exchange must name one folder that all machines share',
    async write(name, piece) {
      await mkdir(folder, { recursive: true });
      await writeWhole(pathOf(name), piece);
    },
    read: (name) => readWhole(pathOf(name)).catch(noneWhereAbsent),
    async touch(name) {
      const now = new Date();
      return (await utimes(pathOf(name), now, now).then(() => true, noneWhereAbsent)) ?? false;
    },
    remove: (names) => Promise.all(names.map((name) => rm(pathOf(name), { force: true }))),
  });
}

/** A piece in a folder, which others may use too. */
const PIECE_FILE = /^(unit|state|blob)\.[\w.-]+\.\d+$/;

/** Removes pieces from a folder that nobody fetched for so long, as where workers and coordinators were killed. */
export async function sweepFolder(folder: string): Promise<void> {
  const before = Date.now() - KEPT_FOR;
  for (const name of await readdir(folder)) {
    if (!PIECE_FILE.test(name)) continue;
    const path = join(folder, name);
    const found = await stat(path).catch(noneWhereAbsent); // another may sweep too
    if (found?.isFile() && found.mtimeMs < before) await rm(path, { force: true });
  }
}

function noneWhereAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}
