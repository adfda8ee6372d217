import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '../free-port.ts';

/** A Redis of one's own, on loopback, with a folder of its own. */
export interface OwnRedis {
  readonly url: string;
  /** for questions of the test's own */
  readonly client: Redis;
  /** starts again, with what its append-only file holds, after what is to be done while it is gone */
  restart(signal?: NodeJS.Signals, meanwhile?: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

/** The path of Redis's server: REDIS_SERVER_PATH, or what PATH holds. */
export function findRedis(): string | undefined {
  const named = process.env.REDIS_SERVER_PATH;
  const found = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'redis-server'));
  return [...(named ? [named] : []), ...found].find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Those that run, and their folders: they end with this process. */
const running = new Map<string, ChildProcess>();
process.once('exit', () => {
  for (const [folder, child] of running) {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
});

/** Its file is written out every second, as is usual; where nothing is said, after every command. */
export const OFTEN = ['--appendfsync', 'everysec'];

/** @param settings as `redis-server` takes them, such as `--requirepass secret` */
export async function startRedis(settings: readonly string[] = []): Promise<OwnRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'attune-redis-'));
  const port = await freePort();
  const own = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'yes'];
  const password = settings[settings.indexOf('--requirepass') + 1];
  const url = `redis://${settings.includes('--requirepass') ? `:${password}@` : ''}127.0.0.1:${port}`;
  const start = async () => {
    const child = spawn(findRedis()!, [...own, '--appendfsync', 'always', ...settings], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    running.set(folder, child);
    await new Promise<void>((resolve, reject) => {
      child.once('exit', (status) => reject(new Error(`redis-server ended with status ${status}`)));
      child.stdout.on('data', (text) => `${text}`.includes('Ready to accept') && resolve());
    });
    return child;
  };
  const end = async (child: ChildProcess, signal: NodeJS.Signals) => {
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  };
  let child = await start();
  const client = new Redis(url, { maxRetriesPerRequest: null });
  client.on('error', () => {});
  return {
    ...{ url, client },
    async restart(signal = 'SIGKILL', meanwhile = async () => {}) {
      await end(child, signal);
      await meanwhile();
      child = await start();
    },
    async stop() {
      client.disconnect();
      await end(child, 'SIGKILL');
      running.delete(folder);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
