import { Command, CommanderError } from 'commander';
import { AttuneError } from '../errors.ts';
import { VERSION } from '../version.ts';
import { compareCommand } from './compare.ts';
import { corpusCommand } from './corpus.ts';
import { crossvalCommand } from './crossval.ts';
import { demoCommand } from './demo.ts';
import { gapCommand } from './gap.ts';
import { recognizeCommand } from './recognize.ts';
import { sweepCommand } from './sweep.ts';
import { verifyCommand } from './verify.ts';

/** Wrong use of the command line. */
const USAGE = 2;
/** A failure of the work. */
const FAILURE = 1;

/**
 * The command `attune`. From here to the first training step, moments are marked in the User Timing timeline, for profilers and
 * for `npm run bench -- --start`.
 *
 * @param argv as in `process.argv`
 * @returns the exit status: 0, 1 where the work failed, 2 where the command was used wrongly
 */
export async function main(argv: readonly string[]): Promise<number> {
  performance.mark('attune:loaded');
  process.stdout.on('error', unwritable);
  const program = new Command('attune')
    .description(
      'Recognise emotion in speech: train, evaluate and use the attention-pooling network of Li et al. 2018.',
    )
    .version(VERSION)
    .option('--debug', 'show the stack trace of a failure')
    .showSuggestionAfterError()
    .exitOverride();
  const commands = [
    corpusCommand(),
    crossvalCommand(),
    compareCommand(),
    verifyCommand(),
    sweepCommand(),
    gapCommand(),
    recognizeCommand(),
    demoCommand(),
  ];
  for (const command of commands) program.addCommand(command.copyInheritedSettings(program));
  try {
    await program.parseAsync([...argv]);
    return typeof process.exitCode === 'number' ? process.exitCode : 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE; // its line is printed already
    process.stderr.write(`attune: ${error instanceof Error ? error.message : error}\n`);
    if (program.opts().debug) console.error(error);
    return error instanceof AttuneError && error.code === 'usage' ? USAGE : FAILURE;
  }
}

/** Whoever reads the output may have seen enough (`| head`); then there is nothing to say and nothing left to do. */
function unwritable({ code, message }: NodeJS.ErrnoException): never {
  if (code !== 'EPIPE') process.stderr.write(`attune: standard output could not be written: ${message}\n`);
  process.exit(FAILURE);
}
