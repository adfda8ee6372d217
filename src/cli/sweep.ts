import { Command, InvalidArgumentError, Option } from 'commander';
import { leakNote } from '../corpus/leaks.ts';
import { takesFolds } from '../corpus/protocols.ts';
import { AttuneError } from '../errors.ts';
import { fittingJobs } from '../evaluate/fitting-jobs.ts';
import { DEFAULT_FRONT_END } from '../features/front-end.ts';
import type { Offset } from '../features/segmentation.ts';
import { BINS, FRAMES } from '../features/spectrogram.ts';
import { inPercent } from '../percent.ts';
import { paragraphs, tableLines } from '../plain-table.ts';
import { DEFAULT_HEIGHTS, DEFAULT_WIDTHS, type Sweep, shortened, sweep } from '../studies/filter-shapes/sweep.ts';
import { DEFAULT_OPTIMIZER } from '../train/optimizers/optimizers.ts';
import { offsetOption } from './network-options.ts';
import { addAcceptOption, cacheOption, HONEST, type HonestProtocol } from './options.ts';
import { showProgress } from './progress.ts';
import { addQueueOptions, executorOf, type QueueFlags } from './queue.ts';
import {
  addReadingOptions,
  folderText,
  type ReadingFlags,
  readAndWarn,
  readingOptions,
  readingText,
} from './reading.ts';
import { print, printJson } from './terminal.ts';
import { cores, seed, whole } from './values.ts';

const DEFAULT_FOLDS = 5;
/**
 * Segments a step. With the paper's 64, 10 epochs of EmoDB are 100 steps, in which the training loss of filters of 10x2 falls from 1.42
 * to 1.31 alone; with 8 they are 780, to 1.05, in about the same time. The paper's own training on IEMOCAP took thousands.
 */
const DEFAULT_BATCH = 8;

interface Flags extends ReadingFlags, QueueFlags {
  out: string;
  heights: number[];
  widths: number[];
  epochs: number;
  batchSize: number;
  protocol: HonestProtocol;
  folds?: number;
  accept: string[];
  offset: Offset;
  seed: number;
  jobs: number;
  threads: number;
  cache: string;
  json?: true;
}

export function sweepCommand(): Command {
  const command = new Command('sweep')
    .description(
      'The paper’s Figure 2: Conv1 alone with filters of many heights and widths, each size cross-validated. Exploratory: the best size is seen on test speakers. Stopped and started again, it goes on.',
    )
    .argument('<dir>', 'folder of recordings, or a CSV file that lists them')
    .requiredOption('--out <run>', 'folder for the results')
    .option('--heights <bins>', 'of filters 2 frames wide, in bins of 10 Hz', sizes(BINS), [...DEFAULT_HEIGHTS])
    .option('--widths <frames>', 'of filters 2 bins high, in frames of 10 ms', sizes(FRAMES), [...DEFAULT_WIDTHS])
    .option('--epochs <n>', 'passes over the training data; the rate falls as in 50, in proportion', whole(1), 10)
    .option('--batch-size <n>', 'segments a step; few, so that few epochs are steps enough', whole(2), DEFAULT_BATCH)
    .addOption(new Option('--protocol <name>', 'how to divide the corpus').choices(HONEST).default('speaker-folds'))
    .option('--folds <n>', `for speaker-folds (default: ${DEFAULT_FOLDS})`, whole(2))
    .addOption(offsetOption())
    .option('--seed <n>', 'of initial weights, shuffling and folds', seed, 1)
    .option('--jobs <n>', 'folds trained at a time', cores, fittingJobs())
    .option('--threads <n>', 'within each process', cores, 1)
    .addOption(cacheOption())
    .option('--json', 'print sweep.json instead of a table');
  return addQueueOptions(addReadingOptions(addAcceptOption(command))).action(runSweep);
}

/** Sizes from 1 to `most`, parted by commas. */
function sizes(most: number) {
  return (text: string): number[] =>
    text.split(',').map((part) => {
      const value = whole(1)(part);
      if (value > most) throw new InvalidArgumentError(`Expected whole numbers from 1 to ${most}.`);
      return value;
    });
}

async function runSweep(directory: string, flags: Flags, given: Command): Promise<void> {
  const { out, heights, widths, jobs, cache, protocol, folds, accept, offset, seed, threads } = flags;
  if (folds !== undefined && !takesFolds(protocol))
    throw new AttuneError('usage', `--folds is for the protocol speaker-folds, not ${protocol}`);
  const reading = readingOptions(flags);
  const options = {
    ...{ protocol, seed, threads, frontEnd: { ...DEFAULT_FRONT_END, offset }, optimizer: DEFAULT_OPTIMIZER },
    ...(takesFolds(protocol) && { folds: folds ?? DEFAULT_FOLDS }),
    ...(reading && { reading }),
    ...(accept.length && { accept: [...accept].sort() }),
    schedule: { ...shortened(flags.epochs), batchSize: flags.batchSize },
  };
  const executor = await executorOf(flags, given);
  const { corpus } = await readAndWarn(directory, reading);
  const { onEvent, signal, end } = showProgress();
  const command = commandOf(directory, flags);
  const asked = { corpus, out, heights, widths, options, command, jobs, cache };
  const result = await sweep({ ...asked, ...executor, onEvent, signal }).finally(end);
  if (flags.json) printJson(result);
  else print(sizesTable(result));
}

/** The command as others can give it: what decides the figures, spelt out. */
function commandOf(directory: string, flags: Flags): string {
  const { out, heights, widths, epochs, batchSize, protocol, folds, offset, seed, accept } = flags;
  const asked = takesFolds(protocol) ? ` --folds ${folds ?? DEFAULT_FOLDS}` : '';
  const accepted = accept.map((finding) => ` --accept ${finding}`).join('');
  return `npx attune sweep ${[folderText(directory), ...readingText(flags)].join(' ')} --heights ${heights} --widths ${widths} --epochs ${epochs} --batch-size ${batchSize} --protocol ${protocol}${asked} --offset ${offset} --seed ${seed}${accepted} --out ${out}`;
}

function sizesTable({ sizes, leaks, exploratory, intervals }: Sweep): string[] {
  const rows = sizes.map(({ frequencyHz, timeMs, wa, ua, recall }) => [
    `${frequencyHz} Hz by ${timeMs} ms`,
    ...[wa, ua, ...Object.values(recall)].map((share) => inPercent(share)),
  ]);
  const head = ['filters', 'WA', 'UA', ...Object.keys(sizes[0]!.recall)];
  const warning = leaks ? [leakNote(leaks)] : [];
  const note = `${exploratory} Intervals of WA are in the README: ${intervals}.`;
  return paragraphs([...warning, tableLines([head, ...rows]), note]);
}
