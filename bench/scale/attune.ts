import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { AttuneError } from '../../src/errors.ts';

const COMMAND = fileURLToPath(new URL('../../bin/attune.js', import.meta.url));
/** How long workers may take to be there, s. */
const READY_SECONDS = 120;

/**
 * Runs the command `attune` to its end, as it is built.
 *
 * @returns how long it took, its start included, s
 * @throws AttuneError `run` where it fails
 */
export async function attune(args: readonly string[]): Promise<number> {
  const began = performance.now();
  const { said, ended } = spoken(spawn(process.execPath, [COMMAND, ...args], { stdio: ['ignore', 'ignore', 'pipe'] }));
  const status = await ended;
  if (status !== 0) throw new AttuneError('run', `attune ${args[0]} ended with ${status}: ${said().slice(-2000)}`);
  return (performance.now() - began) / 1000;
}

/** Workers of a queue, a process each. */
export interface Workers {
  /** from the command to the last one's first word, s */
  readonly startSeconds: number;
  dismiss(): Promise<void>;
}

/** Starts so many workers that do a unit at a time, and waits until they wait for units. */
export async function hireWorkers(url: string, count: number, args: readonly string[]): Promise<Workers> {
  const began = performance.now();
  const command = [COMMAND, 'worker', '--queue', url, '--jobs', '1', ...args];
  const workers = Array.from({ length: count }, () =>
    spoken(spawn(process.execPath, command, { stdio: ['ignore', 'ignore', 'pipe'] })),
  );
  const dismiss = async () => {
    for (const { child } of workers) child.kill('SIGTERM');
    await Promise.all(workers.map(({ ended }) => ended));
  };
  const until = began + 1000 * READY_SECONDS;
  while (!workers.every(({ said }) => said().includes('waits for units'))) {
    const gone = workers.find(({ child }) => child.exitCode !== null);
    if (gone || performance.now() > until) {
      await dismiss();
      throw new AttuneError('run', `no worker came: ${(gone ?? workers[0]!).said()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { startSeconds: (performance.now() - began) / 1000, dismiss };
}

/** A process, what it said on stderr, and how it ended. It ends with this one. */
function spoken(child: ChildProcess) {
  let text = '';
  child.stderr!.setEncoding('utf8').on('data', (more) => {
    text += more;
  });
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = new Promise<number | string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (status, signal) => {
      process.off('exit', kill);
      resolve(signal ?? status!);
    });
  });
  return { child, ended, said: () => text };
}
