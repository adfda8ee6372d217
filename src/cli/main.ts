import { Command, CommanderError } from 'commander';
import { AttuneError } from '../errors.ts';
import { VERSION } from '../version.ts';
import { inFlags } from './flags.ts';
import { Interruption } from './interrupt.ts';
import { refuseBlankPaths } from './paths.ts';
import { onUnwritable, SAID_BY_COMMANDER, say, sayInFull } from './terminal.ts';

/** Wrong use of the command line. */
const USAGE = 2;
/** A failure of the work. */
const FAILURE = 1;

/** The commands by name, in the order of the help. Only the one that is asked for is loaded: the others' libraries take their time. */
export const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  corpus: async () => (await import('./corpus.ts')).corpusCommand(),
  crossval: async () => (await import('./crossval.ts')).crossvalCommand(),
  train: async () => (await import('./train.ts')).trainCommand(),
  score: async () => (await import('./score.ts')).scoreCommand(),
  compare: async () => (await import('./compare.ts')).compareCommand(),
  verify: async () => (await import('./verify.ts')).verifyCommand(),
  sweep: async () => (await import('./sweep.ts')).sweepCommand(),
  table1: async () => (await import('./table1.ts')).table1Command(),
  gap: async () => (await import('./gap.ts')).gapCommand(),
  recognize: async () => (await import('./recognize/recognize.ts')).recognizeCommand(),
  explain: async () => (await import('./explain.ts')).explainCommand(),
  worker: async () => (await import('./worker.ts')).workerCommand(),
  jobs: async () => (await import('./jobs.ts')).jobsCommand(),
  serve: async () => (await import('./serve.ts')).serveCommand(),
  embed: async () => (await import('./embed.ts')).embedCommand(),
  export: async () => (await import('./export.ts')).exportCommand(),
  demo: async () => (await import('./demo.ts')).demoCommand(),
};

/** The command that the first word names, or all, for the help and for suggestions. */
async function commandsFor(argv: readonly string[]): Promise<Command[]> {
  const word = argv.slice(2).find((argument) => !argument.startsWith('-')) ?? '';
  const names = Object.hasOwn(COMMANDS, word) ? [word] : Object.keys(COMMANDS);
  return Promise.all(names.map((name) => COMMANDS[name]!()));
}

/**
 * The command `attune`. From here to the first training step, moments are marked in the User Timing timeline, for profilers and
 * for `npm run bench -- --start`.
 *
 * @param argv as in `process.argv`
 * @returns the exit status: 0, 1 where the work failed, 2 where the command was used wrongly, 128 and its number where a signal stopped it
 */
export async function main(argv: readonly string[]): Promise<number> {
  const commands = await commandsFor(argv);
  performance.mark('attune:loaded');
  onUnwritable(unwritable);
  process.once('uncaughtException', unforeseen);
  const program = new Command('attune')
    .description(
      'Recognise emotion in speech: train, evaluate and use the attention-pooling network of Li et al. 2018.',
    )
    .version(VERSION)
    .option('--debug', 'show the stack trace of a failure')
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput(SAID_BY_COMMANDER)
    .hook('preAction', (_, command) => refuseBlankPaths(command));
  for (const command of commands) program.addCommand(command.copyInheritedSettings(program));
  try {
    await program.parseAsync([...argv]);
    return typeof process.exitCode === 'number' ? process.exitCode : 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE; // its line is printed already
    for (const line of linesOf(error)) say(line);
    if (error instanceof Interruption) return error.status;
    if (program.opts().debug) sayInFull(error);
    return error instanceof AttuneError && error.code === 'usage' ? USAGE : FAILURE;
  }
}

/** A line, and one for each point of it; line ends in what strangers gave are none. */
function linesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [`attune: ${error}`];
  const points = error instanceof AttuneError ? error.points : [];
  const head = error.message.slice(0, error.message.length - ['', ...points].join('\n').length);
  return [`attune: ${inFlags(head)}`, ...points.map((point) => `  ${inFlags(point)}`)];
}

/** Whoever reads the output may have seen enough (`| head`); then there is nothing to say and nothing left to do. */
function unwritable({ code, message }: NodeJS.ErrnoException): never {
  if (code !== 'EPIPE') say(`attune: standard output could not be written: ${message}`);
  process.exit(FAILURE);
}

/** What nobody has waited for is a fault of Attune's own, and is told in full, like all else through the one way to the terminal. */
function unforeseen(error: unknown): never {
  say('attune: something unforeseen happened; please report it with the lines that follow');
  sayInFull(error);
  process.exit(FAILURE);
}
