import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { isMarkNote } from '../corpus/leaks.ts';
import { markNamesOf } from '../evaluate/comparison.ts';
import { fittingJobs } from '../evaluate/fitting-jobs.ts';
import { inPercent } from '../percent.ts';
import { paragraphs, tableLines } from '../plain-table.ts';
import { nameOf, refuseForPredictions, writePredictions } from '../studies/table1/predictions.ts';
import { isPapers, lacks, type Table1, type TableRow } from '../studies/table1/table.ts';
import { type Beside, table1 } from '../studies/table1/table1.ts';
import { SCHEDULE_RANGES } from '../train/schedule.ts';
import { addAcceptOption, cacheOption, HONEST, type HonestProtocol } from './options.ts';
import { showProgress } from './progress.ts';
import { addQueueOptions, executorOf, type QueueFlags } from './queue.ts';
import {
  addReadingOptions,
  folderText,
  quoted,
  type ReadingFlags,
  readAndWarn,
  readingOptions,
  readingText,
} from './reading.ts';
import { SYSTEM_NAMES, type SystemName } from './system.ts';
import { systemRun } from './system-run.ts';
import { range } from './tables.ts';
import { print, printJson } from './terminal.ts';
import { cores, seed, whole } from './values.ts';

interface Flags extends ReadingFlags, QueueFlags {
  out: string;
  systems: readonly SystemName[];
  seeds: readonly number[];
  seen: readonly number[];
  protocol: HonestProtocol;
  folds?: number;
  epochs?: number;
  beside: readonly Beside[];
  take: readonly string[];
  predictions?: string;
  accept: string[];
  jobs: number;
  threads: number;
  cache: string;
  json?: true;
}

export function table1Command(): Command {
  const command = new Command('table1')
    .description(
      'The paper’s Table 1: each system with each seed, cross-validated in a run folder of its own, then compared over speakers. Stopped and started again, it goes on, and what has ended is kept.',
    )
    .argument('<dir>', 'folder of recordings, or a CSV file that lists them; of IEMOCAP the improvised turns are read')
    .requiredOption('--out <run>', 'folder for the results')
    .option('--systems <names>', `what to run, parted by commas: ${SYSTEM_NAMES.join(', ')} (default: all)`, systems)
    .option('--seeds <list>', 'of initial weights, shuffling and folds, parted by commas', seeds, [1, 2, 3])
    .option('--seen <list>', 'seeds of these whose figures were known before: no test is made of them', seeds, [])
    .addOption(
      new Option('--protocol <name>', 'how to divide the corpus').choices(HONEST).default('leave-one-speaker-out'),
    )
    .option('--folds <n>', 'for speaker-folds (default: 10 there)', whole(2))
    .option('--epochs <n>', 'for all systems (default: of each its own)', whole(...SCHEDULE_RANGES.epochs))
    .option(
      '--beside <title=runs>',
      'a system that was made elsewhere on the same utterances, below the line: run folders that differ by seed alone, parted by commas; may be given again',
      beside,
      [],
    )
    .option('--take <run>', 'a finished run of one of these systems and seeds; may be given again', collect, [])
    .option('--predictions <dir>', 'also write predictions alone there, to send to who may not have the recordings')
    .option('--jobs <n>', 'folds trained at a time', cores, fittingJobs())
    .option('--threads <n>', 'within each process', cores, 1)
    .addOption(cacheOption())
    .option('--json', 'print table1.json instead of a table');
  return addQueueOptions(addReadingOptions(addAcceptOption(command))).action(runTable1);
}

const collect = (text: string, before: readonly string[]) => [...before, text];

function systems(text: string): SystemName[] {
  const names = text.split(',').map((name) => name.trim()) as SystemName[];
  const unknown = names.find((name) => !SYSTEM_NAMES.includes(name));
  if (unknown !== undefined)
    throw new InvalidArgumentError(`Expected some of ${SYSTEM_NAMES.join(', ')}, got "${unknown}".`);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) throw new InvalidArgumentError(`${twice} is given twice.`);
  return names;
}

const seeds = (text: string) => text.split(',').map((text) => seed(text.trim()));

function beside(text: string, before: readonly Beside[]): Beside[] {
  const [, title, runs] = /^\s*([^=]*[^=\s])\s*=\s*(.+)$/s.exec(text) ?? [];
  if (title === undefined) throw new InvalidArgumentError('Expected such as "openSMILE + SVM=runs/opensmile".');
  if (before.some((one) => one.runs === runs)) throw new InvalidArgumentError(`${runs} is given twice.`);
  if (before.some((one) => one.title === title))
    throw new InvalidArgumentError(`${title} is the title of two systems.`);
  return [...before, { title, runs: runs! }];
}

async function runTable1(directory: string, flags: Flags, given: Command): Promise<void> {
  const { out, systems: names = SYSTEM_NAMES, seeds, seen, beside, take, predictions, jobs, cache } = flags;
  const reading = readingOptions(flags);
  const executor = await executorOf(flags, given);
  const { corpus } = await readAndWarn(directory, reading);
  if (predictions !== undefined) {
    const wanted = names.flatMap((system) => seeds.map((seed) => nameOf({ system, seed })));
    await refuseForPredictions(predictions, { out, corpus, names: wanted });
  }
  const optionsOf = (system: string, seed: number) => ({
    ...systemRun(system as SystemName, [...flagsOf(flags), '--seed', `${seed}`], corpus),
    ...(reading && { reading }),
  });
  const { onEvent, signal, end } = showProgress();
  const command = commandOf(directory, flags);
  const asked = { corpus, out, systems: names, seeds, seen, beside, take, optionsOf, command, jobs, cache };
  const { table, runs } = await table1({ ...asked, ...executor, onEvent, signal }).finally(end);
  if (predictions !== undefined) await writePredictions(predictions, runs, corpus.name);
  if (flags.json) printJson(table);
  else print(summary(table, out));
}

/** What `crossval` is given too, for all systems. */
function flagsOf({ protocol, folds, epochs, threads, accept }: Flags): string[] {
  return [
    ...['--protocol', protocol],
    ...(folds === undefined ? [] : ['--folds', `${folds}`]),
    ...(epochs === undefined ? [] : ['--epochs', `${epochs}`]),
    ...(threads === 1 ? [] : ['--threads', `${threads}`]),
    ...accept.flatMap((finding) => ['--accept', finding]),
  ];
}

/** The command as others can give it: what decides the figures, spelt out. */
function commandOf(directory: string, flags: Flags): string {
  const { systems: names = SYSTEM_NAMES, seeds, seen, beside, take, out } = flags;
  return [
    `npx attune table1 ${folderText(directory)}`,
    ...readingText(flags),
    `--systems ${names.join(',')} --seeds ${seeds.join(',')}`,
    ...(seen.length ? [`--seen ${seen.join(',')}`] : []),
    ...flagsOf(flags),
    ...beside.map(({ title, runs }) => `--beside ${quoted(`${title}=${runs}`)}`),
    ...take.map((run) => `--take ${run}`),
    `--out ${out}`,
  ].join(' ');
}

function summary(table: Table1, out: string): string[] {
  const row = ({ figures, title, paper }: TableRow): string[] => {
    const cells = figures
      ? [figures.wa, figures.ua].flatMap(({ mean, deviation, jackknife }) => [
          `${inPercent(mean)}${deviation === null ? '' : ` ± ${inPercent(deviation)}`}`,
          range(jackknife),
        ])
      : ['–', '', '–', ''];
    return [
      [`${figures?.name ?? ' '}  ${title}`, ...(figures ? markNamesOf(figures) : [])].join(' '),
      ...cells,
      ...[paper?.wa, paper?.ua].map((share) => (share === undefined ? '' : inPercent(share))),
    ];
  };
  const head = ['%', 'WA', 'jackknife-t', 'UA', 'jackknife-t', 'paper: WA', 'UA'];
  const shown = table.rows.filter(({ asked }) => asked);
  const tests = table.primary.flatMap(({ against, claimed, tested }) =>
    tested?.ua.test
      ? [
          `UA of ${claimed} beside ${against}: p ${tested.ua.test.correctedP.toPrecision(2)} (Holm). ${tested.ua.test.verdict}.`,
        ]
      : [],
  );
  return paragraphs([
    ...table.notes.filter(isMarkNote),
    tableLines([head, ...shown.map(row)]),
    ...(isPapers(table) ? [] : ['The paper’s figures are of another corpus, IEMOCAP’s improvised turns.']),
    ...(lacks(table).length ? [lacks(table)] : []),
    tests.length ? tests : [`No primary comparison is tested: ${table.untested}.`],
    `The whole of it, with all intervals and differences: ${join(out, 'table1.md')}`,
  ]);
}
