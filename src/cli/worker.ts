import { stat } from 'node:fs/promises';
import { Command } from 'commander';
import { AttuneError } from '../errors.ts';
import { fittingJobs } from '../evaluate/fitting-jobs.ts';
import type { WorkerOptions } from '../jobs/queue/options.ts';
import type { Means } from '../jobs/units.ts';
import { cacheOption } from './options.ts';
import { exchangeOption, queueOption, queueSite, sayNote } from './queue.ts';
import { say } from './terminal.ts';
import { cores, within } from './values.ts';

interface Flags {
  queue: string;
  exchange?: string;
  corpusDir?: string[];
  encoder?: string;
  jobs: number;
  cache: string;
  scratch?: string;
  lock: number;
  stalled: number;
  heartbeat: number;
  keepState: number;
}

const NOTES = `
Recordings are looked for in each --corpus-dir and in ATTUNE_CORPORA, and in the
folder of the corpus's name in these. Every hash is checked before work.

A worker that is told to end (SIGTERM, Ctrl-C) takes nothing more, and ends when
what it has in hand is done; told twice it gives that back, and others go on from
the last epoch that is kept.

  attune worker --queue redis://10.0.0.5:6379 --corpus-dir /data/emodb
  attune crossval emodb --out runs/emodb --queue redis://10.0.0.5:6379`;

/** To a day, which is well below what a timer of Node takes: it would go off at once. */
const spell = within(0.1, 86_400);

const collect = (value: string, before: string[] = []): string[] => [...before, value];

export function workerCommand(): Command {
  return new Command('worker')
    .description('Do what others put into a queue: folds of experiments and shards of archives.')
    .requiredOption(queueOption, 'Redis or Valkey; its password may stand in ATTUNE_QUEUE_PASSWORD')
    .option('--corpus-dir <dir>', 'folder of recordings, or one that holds such; may be given again', collect)
    .option('--encoder <file>', 'the encoder of your own, in ONNX, that units may ask for')
    .option('--jobs <n>', 'units at a time', cores, fittingJobs())
    .addOption(cacheOption())
    .option(...exchangeOption)
    .option('--scratch <dir>', "folder for what units need meanwhile (default: the system's)")
    .option('--lock <s>', 'a unit whose worker is silent for so long is given to another', spell, 30)
    .option('--stalled <s>', 'between two looks for such units', spell, 15)
    .option('--heartbeat <s>', 'between two words of itself', spell, 5)
    .option('--keep-state <s>', 'between two keepings of a fold’s state, for whoever goes on with it', spell, 30)
    .addHelpText('after', NOTES)
    .action(work);
}

const milliseconds = (seconds: number) => Math.round(1000 * seconds);

/** @throws AttuneError `usage` where one is no folder, such as a disk that is not mounted yet */
async function refuseMissing(folders: readonly string[]): Promise<void> {
  for (const folder of folders)
    if (!(await stat(folder).catch(() => undefined))?.isDirectory())
      throw new AttuneError('usage', `expected a folder of recordings after --corpus-dir, and ${folder} is none`);
}

async function work(flags: Flags): Promise<void> {
  await refuseMissing(flags.corpusDir ?? []);
  const [{ startWorker }] = await Promise.all([
    import('../jobs/queue/worker.ts'),
    import('../evaluate/units.ts'), // the kinds that it knows
    import('../recognize/archive/units.ts'),
  ]);
  const { queue, jobs, cache, encoder, scratch } = flags;
  const options: WorkerOptions = {
    ...{ ...queueSite(flags, queue), places: jobs },
    ...(scratch !== undefined && { scratch }),
    ...{ lockMs: milliseconds(flags.lock), stalledMs: milliseconds(flags.stalled) },
    ...{ heartbeatMs: milliseconds(flags.heartbeat), stateMs: milliseconds(flags.keepState) },
  };
  const corpora = [...(flags.corpusDir ?? []), ...(process.env.ATTUNE_CORPORA ? [process.env.ATTUNE_CORPORA] : [])];
  const means: Means = { corpora, cache, ...(encoder !== undefined && { encoder }) };
  const worker = await startWorker(options, means, {
    onNote: sayNote,
    onUnit: (name, what, why) => say(`attune: ${name} ${what}${why === undefined ? '' : `: ${why}`}`),
  });
  say(`attune: worker ${worker.name} waits for units, ${jobs} at a time`);
  await new Promise<void>((resolve) => {
    let asked = 0;
    for (const name of ['SIGINT', 'SIGTERM'] as const)
      process.on(name, () => {
        asked++;
        if (asked > 2) process.exit(130);
        say(
          asked === 1
            ? 'attune: taking no more; ending when what is in hand is done, and once more gives that back'
            : 'attune: giving back what is in hand; once more ends at once',
        );
        (asked === 1 ? worker.drain() : worker.stop()).then(resolve, resolve);
      });
  });
  process.exit(process.exitCode ?? 0); // what waits for a Redis that is gone would keep it
}
