import { readSplit } from '../corpus/split.ts';
import { finder } from '../corpus/split-names.ts';
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
  const { recordings } = manifest;
  const names = [...test.values()].flat().map(({ name }) => name);
  const find = finder(
    recordings.map(({ utterance, ...own }) => ({ id: utterance, ...own })),
    names,
  );
  const meanings = [...test].flatMap(([fold, entries]) =>
    entries.flatMap(({ name }) => {
      const meant = find(name);
      if (typeof meant === 'string' || 'why' in meant) return [];
      const { id, file } = meant.utterance;
      return [{ id, fold, agrees: name === id || name === file ? 2 : meant.elsewhere ? 0 : 1 }];
    }),
  );
  // a name of a recording that the run leaves out may resemble that of one that it tests, which is named better
  const named = meanings.sort((a, b) => a.agrees - b.agrees);
  const folds = new Map(named.map(({ id, fold }) => [id, fold]));
  const findings = recordings
    .filter(({ utterance, fold }) => folds.get(utterance) !== fold)
    .map(
      ({ utterance, fold }) =>
        `${utterance} is tested by fold ${fold}, in ${path} by ${folds.get(utterance) ?? 'none'}`,
    );
  const isOther = sha256 !== split.sha256;
  const tested = `${count(recordings.length, 'recording')} are tested by the folds of ${path}`;
  if (!isOther || !findings.length)
    return verdict(findings, isOther ? `${tested}, which is no copy of the split that the run was made by` : tested);
  const hashes = differs(`${path} has SHA-256 ${sha256}, the split that the run was made by ${split.sha256}`);
  return [hashes, ...verdict(findings, tested)];
}
