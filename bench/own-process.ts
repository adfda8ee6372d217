import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { AttuneError } from '../src/errors.ts';
import type { Task, Timing } from './measurements.ts';
import { firstOf, type Program } from './program.ts';

const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url));

/** What one process measured; PyTorch's say the same. */
export const TIMING = v.object({ seconds: v.array(v.number()), peakRssMb: v.number() });

/** Attune's own measurements as a program. */
export const attuneProgram = (task: Task | { readonly what: 'together'; readonly windowSeconds: number }): Program => ({
  command: process.execPath,
  args: [...process.execArgv, WORKER, JSON.stringify(task)],
});

/** One measurement in a process of its own, so that no peak of memory is another's. */
export async function inOwnProcess(task: Task): Promise<Timing> {
  try {
    return await firstOf(attuneProgram(task), TIMING);
  } catch (cause) {
    throw new AttuneError('run', `measuring ${task.what}: ${(cause as Error).message}`, { cause });
  }
}
