import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { AttuneError } from '../../src/errors.ts';
import type { Call } from './plan.ts';

const COMMAND = fileURLToPath(new URL('../../bin/attune.js', import.meta.url));
const OBSERVER = new URL('./observer.js', import.meta.url).href;
const MARK = 'attune-recognize ';

/** One call of the command, in seconds from its spawning. */
export interface Timed {
  /** until its modules are imported */
  readonly loaded_s: number;
  /** until it has ended, its answer printed */
  readonly wall_s: number;
  /** of the processor, all threads together; what else the machine does touches it least */
  readonly cpu_s: number;
}

/**
 * Runs `attune recognize` to its end.
 *
 * @throws AttuneError `run` where it fails or answers for fewer files, with what it said
 */
export async function timeCall({ files }: Call, threads: number): Promise<Timed> {
  const options = ['--threads', String(threads), '--format', 'json'];
  const spawned = performance.timeOrigin + performance.now();
  const child = spawn(process.execPath, [COMMAND, 'recognize', ...files, ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --import ${OBSERVER}` },
  });
  const closed = once(child, 'close');
  const said: string[] = [];
  let answer = '';
  let told = { loadedAt: Number.NaN, cpuSeconds: Number.NaN };
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (line.startsWith(MARK)) told = JSON.parse(line.slice(MARK.length));
    else said.push(line);
  });
  child.stdout.setEncoding('utf8').on('data', (text) => {
    answer += text;
  });
  const [status] = await closed;
  const ended = performance.timeOrigin + performance.now();
  const answered = status === 0 ? JSON.parse(answer).length : 0;
  if (answered !== files.length)
    throw new AttuneError(
      'run',
      `attune recognize answered ${answered} of ${files.length} files and ended with status ${status}; it said: ${said.slice(-3).join(' / ')}`,
    );
  return { loaded_s: (told.loadedAt - spawned) / 1000, wall_s: (ended - spawned) / 1000, cpu_s: told.cpuSeconds };
}
