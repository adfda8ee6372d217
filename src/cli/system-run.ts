import { Command } from 'commander';
import type { Corpus } from '../corpus/utterance.ts';
import type { RunOptions } from '../run/run-files.ts';
import {
  addProtocolOptions,
  addTrainingOptions,
  type ProtocolFlags,
  runOptions,
  type TrainingFlags,
} from './options.ts';
import { addSystemOption, type SystemFlags, type SystemName, withSystem } from './system.ts';

/**
 * The options of the run that `attune crossval --system SYSTEM` makes with these flags, all else by default.
 *
 * @param flags as on a command line, such as `--seed`, `2`
 */
export function systemRun(system: SystemName, flags: readonly string[], corpus: Corpus): RunOptions {
  const command = addTrainingOptions(addSystemOption(addProtocolOptions(new Command())));
  command.parse(['--system', system, ...flags], { from: 'user' });
  const asked = command.opts<TrainingFlags & ProtocolFlags & SystemFlags>();
  return runOptions(withSystem(asked, command), corpus);
}
