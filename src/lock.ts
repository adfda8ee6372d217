import { randomBytes } from 'node:crypto';
import { link, lstat, open, readFile, rename, rm, utimes } from 'node:fs/promises';
import { hostname, uptime } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import * as v from 'valibot';
import { isAlive } from './alive.ts';
import { AttuneError } from './errors.ts';
import { cannotWrite } from './files.ts';
import { type Properties, type Schema, whole } from './json.ts';

/** Its holder touches a lock so often, ms, and one that was not touched for {@link STALE} is nobody's where its machine may be gone. */
const BEAT = 20_000;
const STALE = 120_000;
/** A lock whose holder is not written yet, and one that another removes, are looked at again so often. */
const TRIES = 20;
/** Two moments at which a machine began differ by no more than this where they are one, s. */
const CLOCK = 60;

/** Who holds a lock. */
interface Holder {
  readonly host: string;
  readonly pid: number;
  /** when the machine began, s: with it the numbers of its processes */
  readonly began: number;
  /** tells two of one process */
  readonly token: string;
}

const HOLDER: Schema<Holder> = v.object({
  ...{ host: v.string(), pid: whole(0), began: v.number(), token: v.string() },
} satisfies Properties<Holder>);

/** A lock that is held. */
export interface Lock {
  /** whether it still is: one of a machine that slept may have been taken over */
  isHeld(): Promise<boolean>;
  letGo(): Promise<void>;
}

/** The locks of this process, by their tokens. */
const held = new Set<string>();

/**
 * Holds a lock, a file that is there while somebody works on what it stands for. That of a process that was killed is taken over: at
 * once where it was one of this machine, else after two minutes.
 *
 * @param what it stands for, in errors
 * @throws AttuneError `usage` where another holds it; `run` where it cannot be written
 */
export async function holdLock(path: string, what: string): Promise<Lock> {
  const own: Holder = {
    ...{ host: hostname(), pid: process.pid, began: Date.now() / 1000 - uptime() },
    token: randomBytes(8).toString('hex'),
  };
  let who = '';
  for (let tries = 0; tries < TRIES; tries++) {
    if (await make(path, JSON.stringify(own))) return lockOf(path, JSON.stringify(own), own.token);
    const found = await lookAt(path);
    if (!found) await sleep(10);
    else if (found.isHeld) {
      who = found.who;
      break;
    } else await remove(path, found.text);
  }
  throw new AttuneError(
    'usage',
    `another command${who} works on ${what}: wait for it, or give another \`out\`. Where there is none, delete ${path}`,
  );
}

/** Does work while a lock is held. As {@link holdLock} otherwise. */
export async function whileHeld<Result>(path: string, what: string, work: () => Promise<Result>): Promise<Result> {
  const lock = await holdLock(path, what);
  try {
    return await work();
  } finally {
    await lock.letGo();
  }
}

/** @returns whether it was not there */
async function make(path: string, text: string): Promise<boolean> {
  const file = await open(path, 'wx').catch((cause) => {
    if (cause.code === 'EEXIST') return undefined;
    throw cannotWrite(path, cause);
  });
  if (!file) return false;
  try {
    await file.writeFile(text).finally(() => file.close());
    return true;
  } catch (cause) {
    await rm(path, { force: true });
    throw cannotWrite(path, cause);
  }
}

function lockOf(path: string, text: string, token: string): Lock {
  held.add(token);
  const isHeld = async () => (await readFile(path, 'utf8').catch(() => undefined)) === text;
  const beat = setInterval(async () => {
    const now = new Date();
    if (await isHeld()) await utimes(path, now, now).catch(() => {}); // where it is gone, so is the work
  }, BEAT).unref();
  return {
    isHeld,
    async letGo() {
      clearInterval(beat);
      held.delete(token);
      if (await isHeld()) await rm(path, { force: true });
    },
  };
}

/** What stands in a lock; undefined where it is gone, or was made this moment. */
async function lookAt(path: string) {
  const [text, file] = await Promise.all([readFile(path, 'utf8').catch(() => ''), lstat(path).catch(() => undefined)]);
  if (!file) return undefined;
  if (!file.isFile())
    throw new AttuneError('usage', `${path} is in the place of a lock, and is none: move it away, or delete it`);
  const isFresh = Math.abs(Date.now() - file.mtimeMs) < STALE;
  const holder = holderIn(text);
  if (!holder) return isFresh ? undefined : { text, isHeld: false, who: '' };
  const { host, pid, began, token } = holder;
  const who = ` (process ${pid}${host === hostname() ? '' : ` on ${host}`})`;
  if (host !== hostname()) return { text, isHeld: isFresh, who };
  const isThere = pid === process.pid ? held.has(token) : isAlive(pid);
  const isOfNow = Math.abs(Date.now() / 1000 - uptime() - began) < CLOCK;
  return { text, isHeld: isThere && (isOfNow || isFresh), who };
}

function holderIn(text: string): Holder | undefined {
  try {
    const found = v.safeParse(HOLDER, JSON.parse(text));
    return found.success ? found.output : undefined;
  } catch {
    return undefined;
  }
}

/** Removes a lock that is nobody's, and no newer one: of several that see it so one removes it. */
async function remove(path: string, seen: string): Promise<void> {
  const aside = `${path}.${randomBytes(4).toString('hex')}`;
  const isMoved = await rename(path, aside).then(
    () => true,
    () => false,
  );
  if (!isMoved) return; // another was faster
  if ((await readFile(aside, 'utf8').catch(() => seen)) !== seen) await link(aside, path).catch(() => {});
  await rm(aside, { force: true });
}
