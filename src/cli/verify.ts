import { Command } from 'commander';
import type { Statement } from '../verify/statement.ts';
import { type Verification, verifyRun } from '../verify/verify.ts';
import { inFlags } from './flags.ts';
import { cacheOption, trainedBehindOption } from './options.ts';
import { showProgress } from './progress.ts';
import { print, printJson } from './terminal.ts';

interface Flags {
  retrain?: string;
  cache: string;
  encoder?: string;
  split?: string;
  json?: true;
}

export function verifyCommand(): Command {
  return new Command('verify')
    .description(
      'Doubt a finished run: calculate its figures again from its predictions, check its files, score its recordings again with its checkpoints, and train a fold again. What could not be checked is said and counted.',
    )
    .argument('<run>', 'folder of a finished run of attune crossval, or of attune train, which has no figures')
    .argument(
      '[dir]',
      'the recordings it was made from, to check their hashes and score them again; across corpora the folder that holds both',
    )
    .option('--retrain <fold>', 'train this fold again and compare weights and predictions')
    .option('--split <path>', 'the published folds that the run was divided by, to compare its own with them')
    .addOption(trainedBehindOption('the run was made'))
    .addOption(cacheOption())
    .option('--json', 'print everything as JSON')
    .action(
      async (run: string, directory: string | undefined, { retrain: fold, cache, encoder, split, json }: Flags) => {
        const { onEvent, signal, end } = showProgress();
        const found = await verifyRun({
          ...{ run, onEvent, signal },
          ...(directory !== undefined && { directory }),
          ...(fold !== undefined && { retrain: { fold, cache } }),
          ...(encoder !== undefined && { encoder }),
          ...(split !== undefined && { split }),
        }).finally(end);
        if (json) printJson(found);
        else print(asText(found));
        if (!found.agrees) process.exitCode = 1;
      },
    );
}

/** A line a statement, what differs last, where it is seen. */
function asText({ run, agrees, statements }: Verification): string[] {
  const order = ['agrees', 'not checked', 'differs'] as const;
  const lines = order.flatMap((result) =>
    statements
      .filter((statement) => statement.result === result)
      .map(({ text }) => `${result.padEnd(13)}${inFlags(text)}`),
  );
  const number = (result: Statement['result']) => statements.filter((statement) => statement.result === result).length;
  const wrong = agrees ? `${run} holds what it says` : `${run}: ${things(number('differs'), 'differs', 'differ')}`;
  const left = number('not checked');
  const rest = left ? `; ${things(left, 'was not checked', 'were not checked')}` : '';
  return [...lines, `${wrong}${rest}`];
}

const things = (number: number, one: string, several: string) =>
  number === 1 ? `1 thing ${one}` : `${number} things ${several}`;
