import { Command } from 'commander';
import { fittingJobs } from '../evaluate/fitting-jobs.ts';
import type { Offset } from '../features/segmentation.ts';
import { inPercent } from '../percent.ts';
import { paragraphs, tableLines } from '../plain-table.ts';
import { jackknifeNote } from '../statistics/jackknife.ts';
import { type Gap, gap } from '../studies/gap/gap.ts';
import { missing, pointsOf } from '../studies/gap/report.ts';
import { GROUPS } from '../studies/gap/variants.ts';
import { offsetOption } from './network-options.ts';
import { addAcceptOption, cacheOption } from './options.ts';
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

interface Flags extends ReadingFlags, QueueFlags {
  out: string;
  epochs: number;
  folds: number;
  only?: string[];
  accept: string[];
  offset: Offset;
  seed: number;
  jobs: number;
  threads: number;
  cache: string;
  json?: true;
}

export function gapCommand(): Command {
  const command = new Command('gap')
    .description(
      'What choices are worth that papers leave open: the same network under several protocols, random-leaking ones too, and with one choice at a time made otherwise. Stopped and started again, it goes on.',
    )
    .argument('<dir>', 'folder of recordings, or a CSV file that lists them')
    .requiredOption('--out <run>', 'folder for the results')
    .option('--epochs <n>', 'passes over the training data; the rate falls as in 50, in proportion', whole(1), 15)
    .option('--folds <n>', 'of whole speakers, where the protocol is not what is compared', whole(2), 5)
    .option('--only <names>', 'variants to run, parted by commas; the table shows those done before too', names)
    .addOption(offsetOption())
    .option('--seed <n>', 'of initial weights, shuffling and folds', seed, 1)
    .option('--jobs <n>', 'folds trained at a time', cores, fittingJobs())
    .option('--threads <n>', 'within each process', cores, 1)
    .addOption(cacheOption())
    .option('--json', 'print gap.json instead of a table');
  return addQueueOptions(addReadingOptions(addAcceptOption(command))).action(runGap);
}

const names = (text: string) => text.split(',').map((name) => name.trim());

async function runGap(directory: string, flags: Flags, given: Command): Promise<void> {
  const { out, epochs, folds, only, accept, offset, seed, jobs, threads, cache } = flags;
  const reading = readingOptions(flags);
  const settings = {
    ...{ epochs, folds, offset, seed, threads },
    ...(reading && { reading }),
    ...(accept.length && { accept: [...accept].sort() }),
  };
  const executor = await executorOf(flags, given);
  const { corpus } = await readAndWarn(directory, reading);
  const { onEvent, signal, end } = showProgress();
  const command = commandOf(directory, flags);
  const asked = { corpus, out, settings, ...(only && { only }), command, jobs, cache };
  const result = await gap({ ...asked, ...executor, onEvent, signal }).finally(end);
  if (flags.json) printJson(result);
  else print(choicesTable(result));
}

/** The command as others can give it: what decides the figures, spelt out. */
function commandOf(directory: string, flags: Flags): string {
  const { out, epochs, folds, offset, seed, threads, accept } = flags;
  return [
    `npx attune gap ${folderText(directory)}`,
    ...readingText(flags),
    `--epochs ${epochs} --folds ${folds} --offset ${offset} --seed ${seed}`,
    ...(threads === 1 ? [] : [`--threads ${threads}`]),
    ...accept.map((finding) => `--accept ${finding}`),
    `--out ${out}`,
  ].join(' ');
}

function choicesTable(gap: Gap): string[] {
  const { rows, intervals, speakers } = gap;
  const lines = rows.flatMap(({ group, choice, run, marks, result }, i) => {
    const heading = rows[i - 1]?.group === group ? [] : [[GROUPS[group], '', '', '', '', '', '']];
    const mark = marks.join(', ');
    if (!result) return [...heading, [`  ${choice}`, missing(gap, run), '', '', '', '', mark]];
    const { wa, ua, coverage, difference } = result;
    const less = (key: 'wa' | 'ua') => (difference ? pointsOf(difference, key) : '');
    return [
      ...heading,
      [`  ${choice}`, inPercent(wa), inPercent(ua), less('wa'), less('ua'), inPercent(coverage), mark],
    ];
  });
  const head = ['%', 'WA', 'UA', 'WA, difference', 'UA, difference', 'coverage', ''];
  const notes = intervals.startsWith('no ') ? [intervals] : [intervals, jackknifeNote(speakers)];
  return paragraphs([tableLines([head, ...lines]), notes]);
}
