import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll } from 'vitest';

/** What a command printed and how it ended. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const BIN = resolve('bin/attune.js');

/** Starts the command `attune` in a process of its own, in the current folder or another. */
export const start = (args: readonly string[], env: Record<string, string> = {}, cwd = process.cwd()) =>
  spawn(process.execPath, [BIN, ...args], { env: { ...process.env, ...env }, cwd });

/**
 * Runs the command `attune` to its end.
 *
 * @param input what it reads on standard input
 */
export function attune(
  args: readonly string[],
  env: Record<string, string> = {},
  input: string | Uint8Array = '',
): Promise<Ended> {
  const child = start(args, env);
  child.stdin.on('error', () => {}).end(input); // who does not read it may end before it is written
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  return new Promise((done) => child.on('close', (status) => done({ status, stdout, stderr })));
}

/**
 * A process that runs the command `attune` again and again, one run at a time: for what is told or refused within less time than a
 * process takes to start. What a run leaves behind in its process is there in the next; standard input is closed.
 */
export const attuneInTurn = () => inTurn('test/cli/in-turn.js');

/** {@link attuneInTurn} of another command, whose script calls `serveInTurn`. */
export function inTurn(script: string, execArgv: string[] = []): (args: readonly string[]) => Promise<Ended> {
  let child: ReturnType<typeof fork> | undefined;
  afterAll(() => void child?.kill());
  let runs = 0;
  return async (args) => {
    child ??= fork(script, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], execArgv });
    const mark = `\0end of run ${++runs}\0`;
    const [stdout, stderr] = [child.stdout!, child.stderr!].map((stream) => upTo(mark, stream));
    child.send({ args, mark });
    const heard = new AbortController(); // lets go of the listener that waits in vain
    const told = (['message', 'exit'] as const).map((event) => once(child!, event, heard));
    const [status] = await Promise.race(told).finally(() => heard.abort());
    return { status, stdout: await stdout!, stderr: await stderr! };
  };
}

/** What comes before the mark, or before the end. */
function upTo(mark: string, stream: Readable): Promise<string> {
  return new Promise((done) => {
    let text = '';
    const take = (more: string) => {
      text += more;
      if (text.endsWith(mark)) finish();
    };
    const finish = () => {
      stream.off('data', take).off('end', finish);
      done(text.replace(mark, ''));
    };
    stream.setEncoding('utf8').on('data', take).on('end', finish);
  });
}

/** What lies in a folder, which need not be there yet. */
export const filesOf = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);

/** Kills the command as soon as it is so far, which is looked at every few milliseconds. */
export async function killedWhen(child: ReturnType<typeof start>, soFar: (stderr: string) => boolean): Promise<void> {
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const closed = once(child, 'close');
  while (child.exitCode === null && !soFar(stderr)) await sleep(10);
  child.kill('SIGKILL');
  await closed;
}

/** A folder that goes when the test file is done. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'attune-test-'));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
