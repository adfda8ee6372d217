import { Command } from 'commander';
import { type CompareOptions, compareSystems } from '../evaluate/compare.ts';
import { readSystems } from '../evaluate/compared-runs.ts';
import { whole } from './options.ts';
import { comparisonTable } from './tables.ts';

export function compareCommand(): Command {
  return new Command('compare')
    .description(
      'Compare runs that were scored on the same utterances: differences in WA and UA, their intervals, and a paired permutation test over speakers.',
    )
    .argument(
      '<runs...>',
      'two or more systems, each a run folder, or several folders parted by commas that differ by seed alone',
    )
    .option('--seed <n>', 'of the draws of speakers and swaps', whole(0), 1)
    .option('--json', 'print everything as JSON')
    .action(async (runs: string[], { json, ...options }: CompareOptions & { json?: true }) => {
      const comparison = compareSystems(await readSystems(runs), options);
      process.stdout.write(json ? `${JSON.stringify(comparison, null, 2)}\n` : comparisonTable(comparison));
    });
}
