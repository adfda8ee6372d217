import { type Provenance, startedFrom } from '../corpus/provenance.ts';
import { AttuneError } from '../errors.ts';
import { recordOf, type StartingWeights } from '../evaluate/starting-weights.ts';
import { readCheckpoint } from '../model/checkpoint.ts';
import { differences } from '../run/differences.ts';
import { nameIn } from '../run/hashes.ts';
import { learnedFrom } from '../run/learned-from.ts';
import { readIfThere, runPaths } from '../run/run-folder.ts';
import type { FinishedRun } from './doubted-run.ts';
import { differs, notChecked, type Statement, verdict } from './statement.ts';

/** The weights in the run's folder that it started from; undefined where they are not here, an error where they cannot be read. */
async function startIn(run: string): Promise<StartingWeights | AttuneError | undefined> {
  const path = runPaths(run).init;
  const bytes = await readIfThere(path);
  try {
    return bytes && { bytes, checkpoint: readCheckpoint(bytes, nameIn(run, path)) };
  } catch (error) {
    if (error instanceof AttuneError) return error;
    throw error;
  }
}

/** Whether the weights that the run says it was started from are those in its folder; nothing where it was started from none. */
export async function checkStart({ run, config }: FinishedRun): Promise<Statement[]> {
  const { init } = config.options;
  if (!init) return [];
  const name = nameIn(run, runPaths(run).init);
  const start = await startIn(run);
  if (!start) return [notChecked(`the weights that the run was started from: ${name} is not here`)];
  if (start instanceof AttuneError) return [differs(start.message)];
  const now = recordOf(start);
  const [change] = differences(init, now); // the hash first, on which all else depends
  const findings = change === undefined ? [] : [`${name} is not what config.json says: ${change}`];
  return verdict(findings, `${name} is the checkpoint that config.json says the run was started from`);
}

/** What the checkpoint of a fold was trained on by manifest and starting weights; a function that gives undefined where these are not here. */
export async function provenanceIn({
  run,
  config,
  manifest,
}: FinishedRun): Promise<(fold: string) => Provenance | undefined> {
  if (!config.options.init) return (fold) => learnedFrom(manifest, fold);
  const start = await startIn(run);
  if (!start || start instanceof AttuneError || recordOf(start).sha256 !== config.options.init.sha256)
    return () => undefined;
  return (fold) => startedFrom(start.checkpoint.provenance, learnedFrom(manifest, fold));
}
