import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
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

/** A folder that goes when the test file is done. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'attune-test-'));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
