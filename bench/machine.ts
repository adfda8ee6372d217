import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { runtimeVersion } from '../src/graph/session.ts';
import { processor } from '../src/run/processor.ts';
import { ENGINE_VERSION } from '../src/train/step.ts';
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
