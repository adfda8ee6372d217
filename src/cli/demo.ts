import { readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { readCorpus } from '../corpus/read.ts';
import { writeSyntheticCorpus } from '../corpus/synthetic.ts';
import { AttuneError } from '../errors.ts';
import { crossValidate } from '../evaluate/crossval.ts';
import { hashesPath } from '../evaluate/hashes.ts';
import type { RunOptions } from '../evaluate/run-files.ts';
import { makeRunFolder, runPaths, writeJson } from '../evaluate/run-folder.ts';
import { DEFAULT_FRONT_END } from '../features/front-end.ts';
import { DEFAULT_ARCHITECTURE } from '../model/architecture.ts';
import { DEFAULT_SCHEDULE } from '../train/schedule.ts';
import { DEFAULT_OPTIMIZER } from '../train/step.ts';
import { defaultJobs } from './crossval.ts';
import { whole } from './options.ts';
import { duration, showProgress } from './progress.ts';
import { metricsTable } from './tables.ts';

/** Half the channels, small batches and fewer epochs than the paper's, so that it ends within 3 minutes on 2 cores. */
const VOICES = { speakers: 6, utterancesPerEmotion: 5, seed: 1 };
const SCHEDULE = { ...DEFAULT_SCHEDULE, epochs: 16, batchSize: 16, decayEpochs: [10, 14] };
const OPTIONS: Omit<RunOptions, 'schedule'> = {
  protocol: 'leave-one-speaker-out',
  architecture: { ...DEFAULT_ARCHITECTURE, width: 0.5 },
  frontEnd: DEFAULT_FRONT_END,
  optimizer: DEFAULT_OPTIMIZER,
  seed: 1,
  threads: 1,
};

interface Flags {
  out: string;
  jobs: number;
  voices: number;
  utterances: number;
  epochs: number;
}

export function demoCommand(): Command {
  return new Command('demo')
    .description(
      'Make six voices, train and score with one left out at a time, and write a report: the whole way in 3 minutes.',
    )
    .option('--out <run>', 'folder for voices and results', 'runs/demo')
    .option('--jobs <n>', 'folds trained at a time', whole(1), defaultJobs())
    .option('--voices <n>', 'speakers to make', whole(2), VOICES.speakers)
    .option('--utterances <n>', 'of each speaker and emotion', whole(1), VOICES.utterancesPerEmotion)
    .option('--epochs <n>', 'passes over the training data', whole(1), SCHEDULE.epochs)
    .action(async ({ out, jobs, epochs, ...size }: Flags) => {
      const began = performance.now();
      const voices = join(out, 'voices');
      const cache = join(out, 'cache');
      await makeRoom(out, [voices, cache]);
      process.stderr.write(
        'The voices are synthetic, so the figures say nothing about people; for a real corpus: npx attune crossval DIR --out runs/mine\n',
      );
      await writeSyntheticCorpus(voices, {
        speakers: size.voices,
        utterancesPerEmotion: size.utterances,
        seed: VOICES.seed,
      });
      const corpus = await readCorpus(voices);
      process.stderr.write(`made ${corpus.utterances.length} utterances of ${size.voices} voices in ${voices}\n`);
      const { watch, end } = showProgress();
      const options = { ...OPTIONS, schedule: { ...SCHEDULE, epochs } };
      const metrics = await crossValidate({ corpus, out, options, jobs, cache, watch }).finally(end);
      process.stdout.write(`${metricsTable(metrics)}\n`);
      process.stdout.write(
        `Report: ${runPaths(out).report} (synthetic voices; ${duration((performance.now() - began) / 1000)})\n`,
      );
    });
}

/**
 * Takes away what a former demo made, which its mark tells from anything else, and leaves a mark.
 *
 * @param made folders that a demo makes beside its run
 * @throws AttuneError `usage` where the folder holds files and no mark
 */
async function makeRoom(out: string, made: readonly string[]): Promise<void> {
  const mark = join(out, 'demo.json');
  const files = await readdir(out).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [] as string[];
    throw new AttuneError('usage', `${out} is no folder that can be read; give the demo one of its own with --out`);
  });
  if (files.length && !files.includes('demo.json'))
    throw new AttuneError(
      'usage',
      `${out} holds ${files[0]}, which no demo made; give the demo a folder of its own with --out`,
    );
  const { checkpoint, fold, ...run } = runPaths(out);
  const paths = [run.config, run.manifest, run.log, run.predictions, run.metrics, run.report, hashesPath(out)];
  for (const path of [...made, dirname(checkpoint('')), dirname(fold('')), ...paths])
    await rm(path, { recursive: true, force: true });
  await makeRunFolder(out);
  await writeJson(mark, { made: 'by attune demo, which may take this run away again' });
}
