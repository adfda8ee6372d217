import { nameIn, sha256Of } from '../run/hashes.ts';
import { readIfThere, runPaths } from '../run/run-folder.ts';
import type { FinishedRun } from './doubted-run.ts';
import { notChecked, type Statement, verdict } from './statement.ts';

/** Whether the weights that the run says it was started from are those in its folder; nothing where it was started from none. */
export async function checkStart({ run, config }: FinishedRun): Promise<Statement[]> {
  const { init } = config.options;
  if (!init) return [];
  const path = runPaths(run).init;
  const name = nameIn(run, path);
  const bytes = await readIfThere(path);
  if (!bytes) return [notChecked(`the weights that the run was started from: ${name} is not here`)];
  const now = sha256Of(bytes);
  const findings = now === init.sha256 ? [] : [`${name} has SHA-256 ${now}, by config.json it is ${init.sha256}`];
  return verdict(findings, `${name} is the checkpoint that config.json says the run was started from`);
}
