import { Command } from 'commander';
import { classesOf } from '../corpus/classes.ts';
import type { LabelOptions } from '../corpus/labels.ts';
import { readSplit } from '../corpus/split.ts';
import { AttuneError } from '../errors.ts';
import { crossValidate } from '../evaluate/crossval.ts';
import { fittingJobs } from '../evaluate/fitting-jobs.ts';
import { refuseOtherFrontEnd } from './network-options.ts';
import {
  addProtocolOptions,
  addTrainingOptions,
  type ProtocolFlags,
  runOptions,
  type TrainingFlags,
} from './options.ts';
import { addEncoderOption, type EncoderFlags, encoderFile, withEncoder } from './own-encoder.ts';
import { showProgress } from './progress.ts';
import { addQueueOptions, executorOf, type QueueFlags } from './queue.ts';
import { labels, readAndWarn, readingOptions } from './reading.ts';
import { addSeveralOptions, FOLDERS, readAll, type SeveralFlags } from './several.ts';
import { addStartingOptions, type StartingFlags, startFile, startingFrom, withImplied } from './starting.ts';
import { addSystemOption, type SystemFlags, withSystem } from './system.ts';
import { metricsTable } from './tables.ts';
import { print, printJson } from './terminal.ts';
import { cores } from './values.ts';

interface Flags
  extends TrainingFlags,
    ProtocolFlags,
    SeveralFlags,
    StartingFlags,
    EncoderFlags,
    SystemFlags,
    QueueFlags {
  out: string;
  jobs: number;
  split?: string;
  testOn?: string;
  testLabels?: LabelOptions;
  scoreEveryEpoch?: true;
  json?: true;
}

export function crossvalCommand(): Command {
  const command = new Command('crossval')
    .description(
      'Train and score with speakers left out: one at a time, or as --protocol says. Stopped and started again, it goes on.',
    )
    .argument(...FOLDERS)
    .requiredOption('--out <run>', 'folder for the results')
    .option('--jobs <n>', 'folds trained at a time', cores, fittingJobs())
    .option(
      '--split <path>',
      "test the folds that others published (protocol split): a CSV with utterance,fold, or EmoBox's folder of lists",
    )
    .option('--test-on <dir>', 'train on the whole of all <dir> and test on this corpus (protocol cross-corpus)')
    .option('--test-labels <map>', 'as --labels, for the corpus to test on', labels)
    .option('--score-every-epoch', 'also write what the test speakers would score after each epoch; it chooses nothing')
    .option('--json', 'print metrics.json instead of a table');
  return addQueueOptions(
    addEncoderOption(
      addStartingOptions(addTrainingOptions(addSystemOption(addSeveralOptions(addProtocolOptions(command))))),
    ),
  ).action(async (directories: string[], asked: Flags, command: Command) => {
    const flags = await withEncoder(await withImplied(withSystem(asked, command), command), command);
    refuseOtherFrontEnd(flags, command);
    refuseIdle(flags, command);
    const executor = await executorOf(flags, command);
    const { corpus, several } = await readAll(directories, flags);
    const testReading = readingOptions(flags.testLabels ? { labels: flags.testLabels } : {});
    const testOn =
      flags.testOn === undefined ? undefined : (await readAndWarn(flags.testOn, testReading, classesOf(corpus))).corpus;
    const split = flags.split === undefined ? undefined : await readSplit(flags.split);
    const { out, jobs, cache } = flags;
    const own = runOptions(
      testOn ? { ...flags, protocol: 'cross-corpus' } : split ? { ...flags, protocol: 'split' } : flags,
      corpus,
    );
    const options = {
      ...(await startingFrom(own, flags, command)),
      ...several,
      ...(testReading && { testReading }),
      ...(flags.scoreEveryEpoch && { scoreEveryEpoch: true }),
    };
    const { onEvent, signal, end } = showProgress();
    const run = {
      corpus,
      out,
      options,
      jobs,
      cache,
      onEvent,
      signal,
      ...(testOn && { testOn }),
      ...(split && { split }),
      ...startFile(flags),
      ...encoderFile(flags),
      ...executor,
    };
    const metrics = await crossValidate(run).finally(end);
    if (flags.json) printJson(metrics);
    else print(metricsTable(metrics));
  });
}

/** Options that would do nothing. */
function refuseIdle({ testOn, testLabels, split }: Flags, command: Command): void {
  if (split !== undefined && (testOn !== undefined || command.getOptionValueSource('protocol') === 'cli'))
    throw new AttuneError('usage', '--split is a protocol of its own: leave --protocol and --test-on out');
  if (testLabels && testOn === undefined)
    throw new AttuneError('usage', '--test-labels is for the corpus of --test-on: give that too, or leave it out');
  if (
    testOn !== undefined &&
    command.getOptionValueSource('protocol') === 'cli' &&
    command.opts().protocol !== 'cross-corpus'
  )
    throw new AttuneError('usage', '--test-on is a protocol of its own, cross-corpus: leave --protocol out');
}
