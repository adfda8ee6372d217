import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { runtimeVersion } from '../src/graph/session.ts';
import { processor } from '../src/run/processor.ts';
import { ENGINE_VERSION } from '../src/train/step.ts';
import { round } from './figures.ts';
import { sourceDigest } from './source.ts';

/** Where and when figures hold. */
export interface Machine {
  readonly threads: number;
  readonly cores: number;
  readonly processor: string;
  readonly runtime: string;
  readonly node: string;
  /** of Attune; `-dirty` where files were changed since */
  readonly commit: string;
  /** what a commit alone does not tell: {@link sourceDigest} */
  readonly source: string;
  /** of training: {@link ENGINE_VERSION} */
  readonly engine: number;
  /** YYYY-MM-DD */
  readonly date: string;
}

export const machine = (threads: number): Machine => ({
  threads,
  cores: availableParallelism(),
  processor: processor(),
  runtime: runtimeVersion(),
  node: process.versions.node,
  commit: commit(),
  source: sourceDigest(),
  engine: ENGINE_VERSION,
  date: new Date().toISOString().slice(0, 10),
});

function commit(): string {
  try {
    const args = ['describe', '--always', '--dirty', '--abbrev=10', '--exclude=*'];
    return execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return 'unknown';
  }
}

/** Cores that were in use for two seconds: of an idle machine about 0. The load average still holds what ended a minute ago. */
export async function coresInUse(): Promise<number> {
  const times = () => {
    const all = cpus().map(({ times }) => times);
    const idle = all.reduce((sum, one) => sum + one.idle, 0);
    return { idle, total: all.reduce((sum, { user, nice, sys, irq }) => sum + user + nice + sys + irq, idle) };
  };
  const before = times();
  await sleep(2_000);
  const after = times();
  return round(cpus().length * (1 - (after.idle - before.idle) / (after.total - before.total)));
}

/** With more cores in use before a bench, its figures are worse than they could be. */
const BUSY = 0.5;

/** What a page says of that; empty of an idle machine. */
export const busyNote = (before: number): string =>
  before > BUSY ? `**This machine was not idle before** (load: ${before}): an idle one does better.` : '';
