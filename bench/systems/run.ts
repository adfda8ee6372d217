import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { SYSTEM_NAMES, type SystemName } from '../../src/cli/system.ts';
import { writeSyntheticCorpus } from '../../src/corpus/synthetic.ts';
import { AttuneError } from '../../src/errors.ts';
import { firstOf } from '../program.ts';
import { inTemporaryFolder } from '../temporary.ts';
import type { SystemTask, SystemTiming } from './measure.ts';

const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url));
const TIMING = v.object({
  ...{ parameters: v.number(), epochSegments: v.number(), learnedSeconds: v.number() },
  ...{ epochSeconds: v.array(v.number()), afterSeconds: v.number(), fitSeconds: v.number() },
  ...{ scoredSeconds: v.number(), scoringSeconds: v.number(), peakRssMb: v.number() },
});

/** How much is measured. */
export interface Amount {
  readonly speakers: number;
  readonly utterancesPerEmotion: number;
  /** the first is not timed */
  readonly epochs: number;
  /** each measures every system once, so that what else the machine does falls upon all of them */
  readonly rounds: number;
}

/** A system with what each round measured. */
export interface MeasuredSystem {
  readonly system: SystemName;
  readonly timings: readonly SystemTiming[];
}

/** Measures all systems on synthetic voices, each time in a process of its own, and tells of each on stderr. */
export const measureSystems = (threads: number, amount: Amount): Promise<MeasuredSystem[]> =>
  inTemporaryFolder('systems', async (folder) => {
    const { rounds, epochs, ...voices } = amount;
    const directory = join(folder, 'voices');
    await writeSyntheticCorpus(directory, { ...voices, seed: 1 });
    const measured = SYSTEM_NAMES.map((system) => ({ system, timings: [] as SystemTiming[] }));
    const task = { threads, epochs, directory, cache: join(folder, 'cache'), scratch: folder };
    for (let round = 1; round <= rounds; round++)
      for (const { system, timings } of measured) {
        const began = performance.now();
        timings.push(await inOwnProcess({ ...task, system }));
        const seconds = ((performance.now() - began) / 1000).toFixed(1);
        process.stderr.write(`round ${round} of ${rounds}, ${system}: ${seconds} s\n`);
      }
    return measured;
  });

async function inOwnProcess(task: SystemTask): Promise<SystemTiming> {
  const args = [...process.execArgv, WORKER, JSON.stringify(task)];
  return firstOf({ command: process.execPath, args }, TIMING).catch((cause: Error) => {
    throw new AttuneError('run', `measuring ${task.system}: ${cause.message}`, { cause });
  });
}
