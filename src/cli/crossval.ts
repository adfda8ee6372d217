import { availableParallelism, totalmem } from 'node:os';
import { Command } from 'commander';
import { readCorpus } from '../corpus/read.ts';
import { crossValidate } from '../evaluate/crossval.ts';
import { addTrainingOptions, runOptions, type TrainingFlags, whole } from './options.ts';
import { showProgress } from './progress.ts';
import { metricsTable } from './tables.ts';

/** What one fold's process takes of memory at batch 64, bytes. */
const PROCESS_MEMORY = 1.5e9;

/** As many folds at a time as there are cores and memory for. */
export const defaultJobs = () =>
  Math.max(1, Math.min(availableParallelism(), Math.floor((0.8 * totalmem()) / PROCESS_MEMORY)));

export function crossvalCommand(): Command {
  const command = new Command('crossval')
    .description('Train and score with one speaker left out at a time. Stopped and started again, it goes on.')
    .argument('<dir>', 'folder of recordings (EmoDB, RAVDESS)')
    .requiredOption('--out <run>', 'folder for the results')
    .option('--jobs <n>', 'folds trained at a time', whole(1), defaultJobs())
    .option('--json', 'print metrics.json instead of a table');
  return addTrainingOptions(command).action(
    async (directory: string, flags: TrainingFlags & { out: string; jobs: number; json?: true }) => {
      const corpus = await readCorpus(directory);
      const { watch, end } = showProgress();
      const { out, jobs, cache } = flags;
      const metrics = await crossValidate({ corpus, out, options: runOptions(flags), jobs, cache, watch }).finally(end);
      process.stdout.write(flags.json ? `${JSON.stringify(metrics, null, 2)}\n` : metricsTable(metrics));
    },
  );
}
