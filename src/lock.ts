import { randomBytes } from 'node:crypto';
import { link, open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from './alive.ts';
import { AttuneError } from './errors.ts';
import { cannotWrite } from './files.ts';

/** Its holder touches a lock so often, ms, and one that was not touched for {@link STALE} is nobody's: its machine is gone. */
const BEAT = 20_000;
const STALE = 120_000;
/** A lock whose holder is not written yet, and one that another removes, are looked at again so often. */
const TRIES = 20;

/** The locks of this process. */
const held = new Set<string>();

/**
 * Holds a lock, a file that is there while somebody works on what it stands for. That of a process that was killed is taken over: at
 * once where it was one of this machine, else after two minutes.
 *
 * @param what it stands for, in errors
 * @returns lets go of it
 * @throws AttuneError `usage` where another holds it; `run` where it cannot be written
 */
export async function holdLock(path: string, what: string): Promise<() => Promise<void>> {
  const own = JSON.stringify({ host: hostname(), pid: process.pid });
  let holder = '';
  for (let tries = 0; tries < TRIES; tries++) {
    const isHeld = await open(path, 'wx').then(
      (file) => file.writeFile(own).finally(() => file.close()),
      (cause) => {
        if (cause.code !== 'EEXIST') throw cannotWrite(path, cause);
        return true;
      },
    );
    if (!isHeld) return letGo(path);
    const found = await lookAt(path);
    if (!found) await sleep(10);
    else if (found.isHeld) {
      holder = found.who;
      break;
    } else await remove(path, found.text);
  }
  throw new AttuneError(
    'usage',
    `another command${holder} works on ${what}: wait for it, or give another \`out\`. Where there is none, delete ${path}`,
  );
}

/** Does work while a lock is held. As {@link holdLock} otherwise. */
export async function whileHeld<Result>(path: string, what: string, work: () => Promise<Result>): Promise<Result> {
  const letGo = await holdLock(path, what);
  try {
    return await work();
  } finally {
    await letGo();
  }
}

function letGo(path: string): () => Promise<void> {
  held.add(path);
  const beat = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => {}); // where it is gone, so is the work
  }, BEAT).unref();
  return async () => {
    clearInterval(beat);
    held.delete(path);
    await rm(path, { force: true });
  };
}

/** What stands in a lock; undefined where it is gone, or was made this moment. */
async function lookAt(path: string) {
  const [text, file] = await Promise.all([readFile(path, 'utf8').catch(() => ''), stat(path).catch(() => undefined)]);
  if (!file) return undefined;
  const isFresh = Date.now() - file.mtimeMs < STALE;
  const { host, pid } = holderIn(text);
  if (pid === undefined) return isFresh ? undefined : { text, isHeld: false, who: '' };
  const isOwn = host === hostname();
  const isThere = !isOwn || (pid === process.pid ? held.has(path) : isAlive(pid));
  return { text, isHeld: isFresh && isThere, who: ` (process ${pid}${isOwn ? '' : ` on ${host}`})` };
}

function holderIn(text: string): { host?: string; pid?: number } {
  try {
    const { host, pid } = JSON.parse(text);
    return typeof host === 'string' && Number.isInteger(pid) ? { host, pid } : {};
  } catch {
    return {};
  }
}

/** Removes a lock that is nobody's, and no newer one: of several that see it so one removes it. */
async function remove(path: string, seen: string): Promise<void> {
  const aside = `${path}.${randomBytes(4).toString('hex')}`;
  if (
    !(await rename(path, aside).then(
      () => true,
      () => false,
    ))
  )
    return;
  if ((await readFile(aside, 'utf8').catch(() => seen)) !== seen) await link(aside, path).catch(() => {});
  await rm(aside, { force: true });
}
