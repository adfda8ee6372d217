import { finder, readSplit } from '../corpus/split.ts';
import { AttuneError } from '../errors.ts';
import { count } from '../text.ts';
import type { FinishedRun } from './doubted-run.ts';
import { differs, notChecked, type Statement, verdict } from './statement.ts';

/**
 * Whether folds are those that others published.
 *
 * @param path where the split lies; absent: nobody gave it
 * @throws AttuneError `usage` where the run was not divided by one; `corpus` as `readSplit` does
 */
export async function checkSplit({ config, manifest }: FinishedRun, path: string | undefined): Promise<Statement[]> {
  const { split } = config.options;
  if (!split && path !== undefined)
    throw new AttuneError('usage', `the run was not divided by folds of others, but ${path} was given: leave it out`);
  if (!split) return [];
  if (path === undefined)
    return [notChecked(`the folds: the split ${split.name} that makes them was not given; name it with \`split\``)];
  const { sha256, test } = await readSplit(path);
  if (sha256 !== split.sha256)
    return [differs(`${path} has SHA-256 ${sha256}, the split that the run was made by ${split.sha256}`)];
  const { recordings } = manifest;
  const find = finder(recordings.map(({ utterance, ...own }) => ({ id: utterance, ...own })));
  const folds = new Map([...test].flatMap(([fold, entries]) => entries.map(({ name }) => [find(name)?.id, fold])));
  const findings = recordings
    .filter(({ utterance, fold }) => folds.get(utterance) !== fold)
    .map(
      ({ utterance, fold }) =>
        `${utterance} is tested by fold ${fold}, in ${path} by ${folds.get(utterance) ?? 'none'}`,
    );
  return verdict(findings, `${count(recordings.length, 'recording')} are tested by the folds of ${path}`);
}
