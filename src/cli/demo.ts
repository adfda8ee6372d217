import { join } from 'node:path';
import { Command } from 'commander';
import { SYNTHETIC_EMOTIONS, type SyntheticEmotion } from '../corpus/affect.ts';
import type { ClassChoice } from '../corpus/classes.ts';
import { EMOTIONS } from '../corpus/emotions.ts';
import { readCorpus } from '../corpus/read.ts';
import { writeSyntheticCorpus } from '../corpus/synthetic.ts';
import { duration } from '../duration.ts';
import { AttuneError } from '../errors.ts';
import { crossValidate } from '../evaluate/crossval.ts';
import { fittingJobs } from '../evaluate/fitting-jobs.ts';
import { DEFAULT_FRONT_END } from '../features/front-end.ts';
import { DEFAULT_ARCHITECTURE } from '../model/architecture.ts';
import type { RunOptions } from '../run/run-files.ts';
import { runPaths } from '../run/run-folder.ts';
import { DEFAULT_OPTIMIZER } from '../train/optimizers/optimizers.ts';
import { DEFAULT_SCHEDULE } from '../train/schedule.ts';
import { CACHE, makeRoom, VOICES } from './demo-room.ts';
import { showProgress } from './progress.ts';
import { classesOption } from './reading.ts';
import { metricsTable } from './tables.ts';
import { print, say } from './terminal.ts';
import { cores, whole } from './values.ts';

/** Half the channels, small batches and fewer epochs than the paper's, so that it ends within 3 minutes on 2 cores. */
const SIZE = { speakers: 6, utterancesPerEmotion: 5, seed: 1 };
const SCHEDULE = { ...DEFAULT_SCHEDULE, epochs: 16, batchSize: 16, decayEpochs: [10, 14] };
const OPTIONS = {
  protocol: 'leave-one-speaker-out',
  architecture: { ...DEFAULT_ARCHITECTURE, width: 0.5 },
  frontEnd: DEFAULT_FRONT_END,
  optimizer: DEFAULT_OPTIMIZER,
  seed: 1,
  threads: 1,
} satisfies Omit<RunOptions, 'schedule'>;

interface Flags {
  out: string;
  jobs: number;
  classes?: ClassChoice;
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
    .option('--jobs <n>', 'folds trained at a time', cores, fittingJobs())
    .addOption(classesOption(SYNTHETIC_EMOTIONS))
    .option('--voices <n>', 'speakers to make', whole(2), SIZE.speakers)
    .option('--utterances <n>', 'of each speaker and emotion', whole(1), SIZE.utterancesPerEmotion)
    .option('--epochs <n>', 'passes over the training data', whole(1), SCHEDULE.epochs)
    .action(async ({ out, jobs, classes, epochs, ...size }: Flags) => {
      const began = performance.now();
      const emotions = emotionsOf(classes);
      const voices = join(out, VOICES);
      const cache = join(out, CACHE);
      await makeRoom(out);
      say(
        'The voices are synthetic, so the figures say nothing about people; for a real corpus: npx attune crossval DIR --out runs/mine',
      );
      await writeSyntheticCorpus(voices, {
        speakers: size.voices,
        utterancesPerEmotion: size.utterances,
        emotions,
        seed: SIZE.seed,
      });
      const reading = classes === undefined ? undefined : { classes: emotions };
      const corpus = await readCorpus(voices, reading);
      say(`made ${corpus.utterances.length} utterances of ${size.voices} voices in ${voices}`);
      const { onEvent, signal, end } = showProgress();
      const options = {
        ...OPTIONS,
        architecture: { ...OPTIONS.architecture, classes: emotions.length },
        schedule: { ...SCHEDULE, epochs },
        ...(reading && { reading }),
      };
      const metrics = await crossValidate({ corpus, out, options, jobs, cache, onEvent, signal }).finally(end);
      const took = duration((performance.now() - began) / 1000);
      print([...metricsTable(metrics), '', `Report: ${runPaths(out).report} (synthetic voices; ${took})`]);
    });
}

/** What the voices are to show. */
function emotionsOf(choice: ClassChoice = 'four'): readonly SyntheticEmotion[] {
  if (choice === 'four') return EMOTIONS;
  if (choice === 'all') return SYNTHETIC_EMOTIONS;
  const known = choice.filter((name) => SYNTHETIC_EMOTIONS.some((emotion) => emotion === name));
  const other = choice.find((name) => !known.includes(name));
  const twice = choice.find((name, i) => choice.indexOf(name) < i);
  if (other === undefined && twice === undefined && choice.length > 1) return known as SyntheticEmotion[];
  throw new AttuneError(
    'usage',
    `expected \`classes\` to be two or more of ${SYNTHETIC_EMOTIONS.join(', ')}, which synthetic voices know, each once, got ${choice.join(', ')}`,
  );
}
