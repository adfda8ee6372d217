import { availableParallelism } from 'node:os';
import { Command, CommanderError, type Option } from 'commander';
import { whole } from '../src/cli/values.ts';
import { browserCommand } from './browser/command.ts';
import { deviceCommand } from './device/command.ts';
import { growthCommand } from './growth/command.ts';
import type { CommonFlags, Mode } from './mode.ts';
import { profileCommand } from './profile/command.ts';
import { raceCommand } from './race/command.ts';
import { recognizeCommand } from './recognize/command.ts';
import { scaleCommand } from './scale/command.ts';
import { serverCommand } from './server/command.ts';
import { startCommand } from './start/command.ts';
import { suiteCommand } from './suite/command.ts';
import { systemsCommand } from './systems/command.ts';

/** One line a mode; the last is what runs where none of the others is asked for. */
const MODES: readonly Mode[] = [
  profileCommand,
  startCommand,
  recognizeCommand,
  systemsCommand,
  growthCommand,
  serverCommand,
  browserCommand,
  deviceCommand,
  raceCommand,
  scaleCommand,
  suiteCommand,
];

const taking = (mode: Mode) => [...(mode.asked ? [mode.asked] : []), ...mode.options];

/**
 * The bench's command.
 *
 * @param argv as in `process.argv`
 * @returns the exit status: 0, 1 where the work failed, 2 where the command was used wrongly
 */
export async function main(argv: readonly string[]): Promise<number> {
  const command = new Command('bench')
    .description('Measure the speed of training, inference and the front end on this machine.')
    .option('--json', 'print one JSON object')
    .option('--threads <n>', 'within one operator', whole(1), availableParallelism())
    .showSuggestionAfterError(false)
    .exitOverride()
    .action(async (flags: CommonFlags) => {
      const { json, text } = await chosenMode(command).run(flags);
      process.stdout.write(`${flags.json ? JSON.stringify(json) : text}\n`);
    });
  for (const option of new Set(MODES.flatMap(taking))) command.addOption(option);
  try {
    await command.parseAsync([...argv]);
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2; // its line is printed already
    process.stderr.write(`bench: ${error instanceof Error ? error.message : error}\n`);
    return 1;
  }
}

/** The mode asked for, if the options given fit it. */
function chosenMode(command: Command): Mode {
  const given = (option: Option) => command.getOptionValueSource(option.attributeName()) === 'cli';
  const asked = MODES.filter((mode) => mode.asked && given(mode.asked));
  // an option that asks for a mode may belong to another: --device takes --peer
  const [mode = MODES.at(-1)!, other] = asked.filter(
    (one) => !asked.some(({ options }) => options.includes(one.asked!)),
  );
  if (other) command.error(`error: ${mode.asked!.long} and ${other.asked!.long} are two runs; give one of them`);
  const stray = MODES.flatMap(taking).find((option) => given(option) && !taking(mode).includes(option));
  if (stray && mode.asked)
    command.error(`error: ${stray.long} does not go with ${mode.asked.long}; leave one of them out`);
  if (stray) {
    const owners = MODES.filter(({ options }) => options.includes(stray)).map(({ asked }) => asked!.long);
    command.error(`error: ${stray.long} belongs to ${owners.join(' or ')}; give both`);
  }
  return mode;
}
