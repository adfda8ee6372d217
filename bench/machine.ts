import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { runtimeVersion } from '../src/graph/session.ts';
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
  processor: processorName(cpus()[0]?.model.trim() ?? 'unknown', cpuInfo()),
  runtime: runtimeVersion(),
  node: process.versions.node,
  commit: commit(),
  source: sourceDigest(),
  engine: ENGINE_VERSION,
  date: new Date().toISOString().slice(0, 10),
});

/** With family and model where the name alone tells processors of many years alike, such as `AMD EPYC`. */
export function processorName(name: string, cpuInfo: string): string {
  const [family, model] = ['cpu family', 'model'].map(
    (key) => cpuInfo.match(new RegExp(`^${key}\\s*: (\\d+)`, 'm'))?.[1],
  );
  return /\d/.test(name) || !family || !model ? name : `${name} (family ${family}, model ${model})`;
}

/** Empty where there is none, as outside Linux. */
function cpuInfo(): string {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8');
  } catch {
    return '';
  }
}

function commit(): string {
  try {
    const args = ['describe', '--always', '--dirty', '--abbrev=10', '--exclude=*'];
    return execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return 'unknown';
  }
}
