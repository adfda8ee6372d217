import { Command } from 'commander';
import { trainOnAll } from '../evaluate/train-on-all.ts';
import { refuseOtherFrontEnd } from './network-options.ts';
import { addAcceptOption, addTrainingOptions, runOptions, type TrainingFlags } from './options.ts';
import { addEncoderOption, type EncoderFlags, encoderFile, withEncoder } from './own-encoder.ts';
import { showProgress } from './progress.ts';
import { addQueueOptions, executorOf, type QueueFlags } from './queue.ts';
import { addSeveralOptions, FOLDERS, readAll, type SeveralFlags } from './several.ts';
import { addStartingOptions, type StartingFlags, startFile, startingFrom, withImplied } from './starting.ts';
import { addSystemOption, type SystemFlags, withSystem } from './system.ts';
import { print, say } from './terminal.ts';

interface Flags extends TrainingFlags, SeveralFlags, StartingFlags, EncoderFlags, SystemFlags, QueueFlags {
  out: string;
  accept: string[];
}

export function trainCommand(): Command {
  const command = new Command('train')
    .description(
      'Train one network on every recording, of one corpus or several, for use. Nothing is left to test it on: `attune crossval` with the same options says what to expect of it. Stopped and started again, it goes on.',
    )
    .argument(...FOLDERS)
    .requiredOption('--out <run>', 'folder for the checkpoint and all that is known of it');
  const withOptions = addTrainingOptions(addSystemOption(addSeveralOptions(addAcceptOption(command))));
  return addQueueOptions(addEncoderOption(addStartingOptions(withOptions))).action(
    async (directories: string[], asked: Flags, command: Command) => {
      const flags = await withEncoder(await withImplied(withSystem(asked, command), command), command);
      refuseOtherFrontEnd(flags, command);
      const executor = await executorOf(flags, command);
      const { corpus, several } = await readAll(directories, flags);
      const own = runOptions({ ...flags, protocol: 'train-on-all' }, corpus);
      const options = { ...(await startingFrom(own, flags, command)), ...several };
      const { out, cache } = flags;
      const { onEvent, signal, end } = showProgress();
      const files = { ...startFile(flags), ...encoderFile(flags) };
      const run = { corpus, out, options, jobs: 1, cache, onEvent, signal, ...files, ...executor };
      const checkpoint = await trainOnAll(run).finally(end);
      print([checkpoint]);
      const behind = flags.encoder === undefined ? '' : ` --encoder ${flags.encoder}`;
      say(
        `trained on ${corpus.utterances.length} recordings; next: attune recognize RECORDING --checkpoint ${checkpoint}${behind}`,
      );
    },
  );
}
