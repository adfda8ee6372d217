import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { AttuneError } from '../../src/errors.ts';
import { freePort } from '../free-port.ts';

const COMMAND = fileURLToPath(new URL('../../bin/attune.js', import.meta.url));
const PEER = fileURLToPath(new URL('../peers/fastapi_server.py', import.meta.url));
/** How long a server may take to be ready, s. */
const READY_SECONDS = 120;

/** A server in a process of its own. */
export interface Served {
  readonly url: string;
  /** resident memory of its first process, MB */
  rssMb(): Promise<number>;
  /** of the processor, by it and the processes that it started, s; what else the machine does touches it least */
  cpuSeconds(): Promise<number>;
  /** whether it still runs */
  readonly isAlive: boolean;
  /** @returns how it ended: 0 where nothing is wrong */
  stop(): Promise<number | string>;
}

/** `attune serve` as it is built, with its default limits but for what `args` say. */
export async function serveAttune(args: readonly string[]): Promise<Served> {
  const port = await freePort();
  const options = ['serve', '--port', String(port), '--quiet', ...args];
  return started(process.execPath, [COMMAND, ...options], `http://127.0.0.1:${port}`, '/readyz');
}

/** The same network behind FastAPI. */
export async function servePeer(python: string, model: string, processes: number, threads: number): Promise<Served> {
  const port = await freePort();
  const env = { MODEL: model, PORT: String(port), PROCESSES: String(processes), THREADS: String(threads) };
  return started(python, [PEER], `http://127.0.0.1:${port}`, '/healthz', env);
}

async function started(
  command: string,
  args: readonly string[],
  url: string,
  path: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Served> {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...env } });
  let said = '';
  child.stderr.on('data', (text) => {
    said = `${said}${text}`.slice(-4000);
  });
  const ended = once(child, 'exit').then(([status, signal]) => (signal ?? status) as number | string);
  ended.catch((error) => {
    said += error;
  });
  const served: Served = {
    url,
    rssMb: () => rssMbOf(child),
    cpuSeconds: () => cpuSecondsOf(child.pid!),
    get isAlive() {
      return child.exitCode === null && child.signalCode === null;
    },
    stop() {
      child.kill('SIGTERM');
      return ended;
    },
  };
  const killed = () => void child.kill('SIGKILL');
  process.once('exit', killed);
  ended.then(
    () => process.off('exit', killed),
    () => {},
  );
  for (let waited = 0; waited < READY_SECONDS; waited += 0.1) {
    const isUp = await fetch(url + path).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return served;
    if (!served.isAlive) break;
    await setTimeout(100);
  }
  killed();
  const lastLine = said.trim().split('\n').at(-1);
  throw new AttuneError('run', `the server ${command} ${args[0]} did not start; it said: ${lastLine}`);
}

async function rssMbOf({ pid }: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) / 1024;
}

/** Of a process and those below it (proc(5), `stat`: 4 the parent, 14 and 15 the times of user and system in hundredths). */
async function cpuSecondsOf(root: number): Promise<number> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const all = new Map<number, { readonly parent: number; readonly seconds: number }>();
  for (const id of ids) {
    const stat = await readFile(`/proc/${id}/stat`, 'utf8').catch(() => '');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // from the third on
    if (stat)
      all.set(Number(id), { parent: Number(fields[1]), seconds: (Number(fields[11]) + Number(fields[12])) / 100 });
  }
  const isBelow = (id: number | undefined): boolean => id === root || (!!id && isBelow(all.get(id)?.parent));
  return [...all].filter(([id]) => isBelow(id)).reduce((sum, [, { seconds }]) => sum + seconds, 0);
}
