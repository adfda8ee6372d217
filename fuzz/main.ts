import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import { whole } from '../src/cli/values.ts';
import { AttuneError } from '../src/errors.ts';
import { inOrder } from '../src/jobs/crew.ts';
import { type Case, casesOf, nameOf, TARGETS } from './targets.ts';
import type { Outcome, WorkerSettings } from './worker.ts';

interface Flags {
  count: number;
  seed: number;
  only?: Case;
  jobs: number;
  timeout: number;
  memory: number;
  keep: string;
}

const TELL_EVERY = 500;

const oneCase = (text: string): Case => {
  const [target = '', index = ''] = text.split(':');
  if (!TARGETS.some(({ name }) => name === target) || !/^\d+$/.test(index))
    throw new InvalidArgumentError(`Expected TARGET:NUMBER with one of ${TARGETS.map(({ name }) => name).join(', ')}.`);
  return { target, index: Number(index) };
};

const { count, seed, only, jobs, timeout, memory, keep } = new Command('fuzz')
  .description('Give damaged files to every reader: none may crash, hang, answer NaN or fail without a named error.')
  .option('--count <n>', 'inputs in all', whole(1), 10_000)
  .option('--seed <n>', 'the same seed makes the same inputs', whole(0), 1)
  .option('--only <target:number>', 'one input of a former run of this seed, written to --keep first', oneCase)
  .option('--jobs <n>', 'processes', whole(1), 2)
  .option('--timeout <seconds>', 'an input that takes longer hangs', whole(1), 20)
  .option('--memory <megabytes>', 'that a process may take', whole(1), 1500)
  .option('--keep <dir>', 'folder for inputs that fail', 'runs/fuzz')
  .parse()
  .opts<Flags>();

const folder = await mkdtemp(join(tmpdir(), 'attune-fuzz-'));
try {
  const audio = resolve(process.env.ATTUNE_AUDIO ?? '../shared/audio');
  const settings: WorkerSettings = {
    ...{ seed, folder, keep, keepAll: only !== undefined, timeoutSeconds: timeout, memoryMegabytes: memory },
    audio: existsSync(audio) ? audio : undefined,
    run: finishedRun(folder),
  };
  if (!settings.audio) console.error(`no folder ${audio}: sound begins from WAV alone; set ATTUNE_AUDIO for more`);
  const entry = new URL('./worker.ts', import.meta.url);
  const items = only ? [only] : casesOf(count);
  const ended = { taken: 0, refused: 0, failed: 0 };
  let next = 0;
  for await (const outcome of inOrder<WorkerSettings, Case, Outcome>({
    ...{ entry, settings, items, processes: only ? 1 : jobs, nameOf },
  })) {
    const item = items[next++]!;
    const fault = outcome instanceof AttuneError ? outcome.message : 'fault' in outcome ? outcome.fault : undefined;
    if (fault !== undefined) {
      console.log(`${nameOf(item)}: ${fault}\n  again: npm run fuzz -- --seed ${seed} --only ${nameOf(item)}`);
      ended.failed++;
    } else ended[(outcome as { ended: 'taken' | 'refused' }).ended]++;
    if (next % TELL_EVERY === 0) console.error(`${next} of ${items.length} inputs, ${ended.failed} failed`);
  }
  console.log(
    `${items.length} inputs with seed ${seed}: ${ended.taken} taken, ${ended.refused} refused by a named error, ${ended.failed} failed`,
  );
  if (ended.failed) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** A small run of synthetic voices, made by the command as its users have it. */
function finishedRun(parent: string): string {
  const out = join(parent, 'demo');
  const attune = fileURLToPath(new URL('../bin/attune.js', import.meta.url));
  const options = ['--out', out, '--voices', '2', '--utterances', '1', '--epochs', '1'];
  execFileSync(process.execPath, [attune, 'demo', ...options], { stdio: ['ignore', 'ignore', 'pipe'] });
  return out;
}
