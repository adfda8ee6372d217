import { availableParallelism } from 'node:os';
import { Command, CommanderError } from 'commander';
import { whole } from '../src/cli/options.ts';
import { profileStep, sharesOf } from './profile.ts';
import { machine, runSuite } from './suite.ts';
import { figuresTable, profileTable } from './tables.ts';

interface Flags {
  json?: true;
  threads: number;
  steps?: number;
  quick?: true;
  peer: string | false;
  profile?: true;
  shapes?: true;
}

/** A minute and a half on two cores. */
const STEPS = 5;

const command = new Command('bench')
  .description('Measure training, inference and the front end on this machine, beside its SGEMM rate and PyTorch.')
  .option('--json', 'print one JSON object')
  .option('--threads <n>', 'within one operator', whole(1), availableParallelism())
  .option('--steps <n>', `timed steps of training; all else in proportion (default: ${STEPS})`, whole(1))
  .option('--quick', 'one step: whether everything works')
  .option('--peer <python>', 'the Python whose PyTorch is measured', 'python3')
  .option('--no-peer', 'leave PyTorch out')
  .option('--profile', "print the runtime's profile of one training step by operator, and nothing else")
  .option('--shapes', 'with --profile: by operator and shapes of its inputs')
  .showSuggestionAfterError(false)
  .exitOverride()
  .action(async ({ json, threads, steps, quick, peer, profile, shapes }: Flags, self: Command) => {
    if (shapes && !profile) self.error('error: --shapes belongs to --profile; give both');
    const print = (value: object, text: string) => process.stdout.write(`${json ? JSON.stringify(value) : text}\n`);
    if (profile) {
      const shares = sharesOf(await profileStep(threads), shapes ?? false);
      print({ ...machine(threads), profile: shares }, profileTable(machine(threads), shares));
    } else {
      const figures = await runSuite({ threads, steps: steps ?? (quick ? 1 : STEPS), peer });
      print(figures, figuresTable(figures));
    }
  });

try {
  await command.parseAsync();
} catch (error) {
  if (error instanceof CommanderError)
    process.exitCode = error.exitCode === 0 ? 0 : 2; // its line is printed already
  else {
    process.stderr.write(`bench: ${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}
