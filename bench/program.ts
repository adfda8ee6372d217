import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import * as v from 'valibot';
import { AttuneError } from '../src/errors.ts';

/** A program that measures something and prints one JSON object a line. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface Running {
  /**
   * The next object it prints.
   *
   * @throws AttuneError `run` where it printed something else, or how it ended before it printed anything
   */
  next<Output>(schema: v.GenericSchema<unknown, Output>): Promise<Output>;
  say(line: string): void;
  /** Ends it; harmless where it has ended. */
  kill(): void;
}

/** No measurement takes longer, unless something hangs. */
const LIMIT_SECONDS = 600;
/** What chooses a program's memory allocator; what the shell that started the bench has of it holds for none. */
const ALLOCATOR_VARIABLES = ['LD_PRELOAD', 'MALLOC_MMAP_THRESHOLD_', 'MALLOC_TRIM_THRESHOLD_', 'MALLOC_CONF'];

/** @throws AttuneError `run` where there is no such program */
export async function start({ command, args, env }: Program): Promise<Running> {
  const without = Object.fromEntries(ALLOCATOR_VARIABLES.map((name) => [name, undefined]));
  const child = spawn(command, args, { env: { ...process.env, ...without, ...env } });
  let errors = '';
  child.stderr.on('data', (text) => {
    errors = `${errors}${text}`.slice(-10_000);
  });
  child.stdin.on('error', () => {}); // where it has gone, `next` tells so
  let late = false;
  const limit = setTimeout(() => {
    late = child.kill('SIGKILL');
  }, 1000 * LIMIT_SECONDS).unref();
  const ended = new Promise<string>((resolve) =>
    child.once('close', (status, signal) => {
      clearTimeout(limit);
      resolve(late ? `did not end within ${LIMIT_SECONDS} s` : howItEnded(status, signal, errors));
    }),
  );
  await once(child, 'spawn').catch((error: NodeJS.ErrnoException) => {
    throw new AttuneError('run', error.code === 'ENOENT' ? 'no such program' : error.message);
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async next(schema) {
      const { value, done } = await lines.next();
      if (done) throw new AttuneError('run', await ended);
      return parse(schema, value);
    },
    say: (line) => child.stdin.write(`${line}\n`),
    kill: () => child.kill('SIGKILL'),
  };
}

/** Runs a program to its first object. */
export async function firstOf<Output>(program: Program, schema: v.GenericSchema<unknown, Output>): Promise<Output> {
  const running = await start(program);
  try {
    return await running.next(schema);
  } finally {
    running.kill();
  }
}

function parse<Output>(schema: v.GenericSchema<unknown, Output>, line: string): Output {
  try {
    return v.parse(schema, JSON.parse(line));
  } catch (cause) {
    throw new AttuneError('run', `printed what was not expected: ${JSON.stringify(line.slice(0, 80))}`, { cause });
  }
}

/** The last line of what it wrote, which in Python names the error, unless it was ended. */
function howItEnded(status: number | null, signal: string | null, errors: string): string {
  if (signal === 'SIGKILL') return 'was ended by SIGKILL, perhaps for want of memory';
  if (signal) return `was ended by ${signal}`;
  const lastLine = errors.trim().split('\n').at(-1);
  return (status !== 0 && lastLine) || `ended with status ${status} without a figure`;
}
