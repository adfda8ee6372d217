import { Command } from 'commander';
import { type CompareOptions, compareSystems } from '../evaluate/compare.ts';
import { readSystems } from '../evaluate/compared-runs.ts';
import { parsePrimaries } from '../evaluate/primary.ts';
import { comparisonTable } from './tables.ts';
import { print, printJson } from './terminal.ts';
import { seed } from './values.ts';

type Given = Omit<CompareOptions, 'primary'> & { readonly json?: true; readonly primary?: readonly string[] };

export function compareCommand(): Command {
  return new Command('compare')
    .description(
      'Compare runs that were scored on the same utterances: differences in WA and UA with their intervals, and for primary comparisons a paired permutation test over speakers. Nothing else is called better.',
    )
    .argument(
      '<runs...>',
      'two or more systems, each a run folder, or several folders parted by commas that differ by seed alone',
    )
    .option(
      '--primary <comparison>',
      'what may be called better, named before you look; may be repeated, and p is corrected over all: A:B for UA of the first two systems, A:B:wa for WA; of two systems also ua or wa; none for nothing (default: UA of two systems, nothing of more)',
      (text: string, before: readonly string[] = []) => [...before, text],
    )
    .option('--seed <n>', 'of the draws of speakers and swaps', seed, 1)
    .option('--json', 'print everything as JSON')
    .action(async (runs: string[], { json, primary: named = [], ...options }: Given) => {
      const primary = parsePrimaries(named, runs.length);
      const comparison = compareSystems(await readSystems(runs), { ...options, ...(primary && { primary }) });
      if (json) printJson(comparison);
      else print(comparisonTable(comparison));
    });
}
