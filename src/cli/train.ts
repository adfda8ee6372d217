import { Command } from 'commander';
import { trainOnAll } from '../evaluate/train-on-all.ts';
import { refuseOtherFrontEnd } from './network-options.ts';
import { addAcceptOption, addTrainingOptions, runOptions, type TrainingFlags } from './options.ts';
import { showProgress } from './progress.ts';
import { addReadingOptions, type ReadingFlags, readAndWarn, readingOptions } from './reading.ts';
import { addStartingOptions, type StartingFlags, startFile, startingFrom, withImplied } from './starting.ts';
import { print } from './terminal.ts';

interface Flags extends TrainingFlags, ReadingFlags, StartingFlags {
  out: string;
  accept: string[];
}

export function trainCommand(): Command {
  const command = new Command('train')
    .description(
      'Train one network on every recording, for use. Nothing is left to test it on: `attune crossval` with the same options says what to expect of it. Stopped and started again, it goes on.',
    )
    .argument('<dir>', 'folder of recordings, or a CSV file that lists them; `attune corpus` shows what is in it')
    .requiredOption('--out <run>', 'folder for the checkpoint and all that is known of it');
  return addStartingOptions(addTrainingOptions(addReadingOptions(addAcceptOption(command)))).action(
    async (directory: string, asked: Flags, command: Command) => {
      const flags = await withImplied(asked, command);
      refuseOtherFrontEnd(flags, command);
      const reading = readingOptions(flags);
      const { corpus } = await readAndWarn(directory, reading);
      const own = runOptions({ ...flags, protocol: 'train-on-all' }, corpus);
      const options = { ...(await startingFrom(own, flags, command)), ...(reading && { reading }) };
      const { out, cache } = flags;
      const { onEvent, signal, end } = showProgress();
      const run = { corpus, out, options, jobs: 1, cache, onEvent, signal, ...startFile(flags) };
      print([await trainOnAll(run).finally(end)]);
    },
  );
}
