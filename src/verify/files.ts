import { classesOf } from '../corpus/classes.ts';
import { AttuneError } from '../errors.ts';
import { withChosen } from '../evaluate/rules.ts';
import { readSystemCheckpoint } from '../model/checkpoint.ts';
import { FILES_HEADING } from '../report/corpus.ts';
import { differences } from '../run/differences.ts';
import { type Hashes, hashesOf, nameIn, readHashes, sha256Of } from '../run/hashes.ts';
import { historyIn } from '../run/history.ts';
import { finalFiles, readIfThere, readLog, runPaths } from '../run/run-folder.ts';
import { count } from '../text.ts';
import type { FinishedRun } from './doubted-run.ts';
import { readFoldFile } from './predictions.ts';
import { provenanceIn } from './start.ts';
import { differs, notChecked, type Statement, verdict } from './statement.ts';

/** Whether every file of the run is there, and is the one that `hashes.json` tells of where there is one. */
export async function checkFiles({ run, folds, config }: FinishedRun): Promise<Statement[]> {
  const paths = runPaths(run);
  const recorded = await readHashes(run);
  const now = await hashesOf(run, [...finalFiles(run, folds, config.options), paths.report]);
  const expected = [...folds.map(paths.checkpoint), ...folds.map(paths.fold)].map((path) => nameIn(run, path));
  const init = nameIn(run, paths.init); // told of by checkStart
  const missing = missingFrom(
    now,
    [...new Set([...expected, ...Object.keys(recorded ?? {})])].filter((name) => name !== init),
  );
  if (!recorded) return [...missing, await withoutHashes(run)];
  const added = [paths.log, paths.report].map((path) => nameIn(run, path)).filter((name) => !(name in recorded));
  const isOlder = !(await isHashedWhole(run));
  const changed = Object.keys(now).flatMap((name) => {
    if (recorded[name] === now[name] || (isOlder && added.includes(name))) return [];
    return recorded[name] === undefined
      ? [`${name} is not in hashes.json`]
      : [`${name} is not the file that the run ended with: SHA-256 ${now[name]}, by hashes.json ${recorded[name]}`];
  });
  const inHashes = Object.keys(now).filter((name) => name in recorded).length;
  const left = added.filter((name) => isOlder && name in now).join(' and ');
  return [
    ...missing,
    ...verdict(changed, `${count(inHashes, 'file')} of the run have the hashes of hashes.json`),
    ...(left ? [notChecked(`the bytes of ${left}: not in hashes.json, as older versions left them out`)] : []),
  ];
}

/** Whether a version ended the run that hashes log and report too. */
async function isHashedWhole(run: string): Promise<boolean> {
  const last = (await readLog(run)).at(-1);
  return last?.event === 'end' && last.environment !== undefined;
}

/** The oldest versions wrote no hashes; where the log or the report tell of a later one, they were taken away. */
async function withoutHashes(run: string): Promise<Statement> {
  const report = (await readIfThere(runPaths(run).report))?.toString('utf8') ?? '';
  const told = report.includes(FILES_HEADING) ? 'report.html' : (await isHashedWhole(run)) ? 'log.jsonl' : undefined;
  return told
    ? differs(`hashes.json is missing, which a run has that ended as ${told} tells`)
    : notChecked('no hashes.json: checkpoints and other files not checked against hashes');
}

/** A folder that lacks all of its files was left out when the run was passed on; one that lacks some has lost them. */
function missingFrom(now: Hashes, expected: readonly string[]): Statement[] {
  const folderOf = (name: string) => name.slice(0, name.indexOf('/') + 1);
  const here = new Set(Object.keys(now).map(folderOf));
  const missing = expected.filter((name) => !(name in now));
  const lost = missing.filter((name) => !folderOf(name) || here.has(folderOf(name)));
  const leftOut = missing.map(folderOf).filter((folder) => folder && !here.has(folder));
  return [
    ...lost.map((name): Statement => ({ result: 'differs', text: `${name} is missing` })),
    ...[...new Set(leftOut)].map((folder) => {
      const files = leftOut.filter((other) => other === folder).length;
      return notChecked(`no file of ${folder} is here, of ${files}`);
    }),
  ];
}

/** Whether each checkpoint that is there can be read, and says that it is of its fold, trained as the run was to be. */
export async function checkCheckpoints(files: FinishedRun): Promise<Statement[]> {
  const { run, folds, config } = files;
  const provenanceOf = await provenanceIn(files);
  const { architecture, frontEnd, schedule } = config.options;
  const findings: string[] = [];
  let here = 0;
  for (const fold of folds) {
    const path = runPaths(run).checkpoint(fold);
    const bytes = await readIfThere(path);
    if (!bytes) continue;
    here++;
    try {
      const checkpoint = readSystemCheckpoint(bytes, nameIn(run, path));
      const own = await readFoldFile(run, fold, classesOf(config.options));
      if (typeof own === 'object' && own.checkpoint !== undefined && own.checkpoint !== sha256Of(bytes))
        findings.push(`${nameIn(run, path)} is not the checkpoint that fold ${fold} says it was scored with`);
      const built = own && typeof own === 'object' ? withChosen(architecture, own) : architecture;
      const changed = differences(
        { fold, epochs: schedule.epochs, classes: classesOf(config.options), architecture: built, frontEnd },
        {
          ...{ fold: checkpoint.notes?.fold, epochs: historyIn(checkpoint)?.length, classes: checkpoint.classes },
          ...{ architecture: checkpoint.architecture, frontEnd: checkpoint.frontEnd },
        },
      );
      findings.push(...changed.map((change) => `${nameIn(run, path)} is not of this run: ${change}`));
      const [told, expected] = [checkpoint.provenance, provenanceOf(fold)];
      if (told && expected && differences(told, expected).length)
        findings.push(`${nameIn(run, path)} was trained on other recordings or speakers than manifest.json tells of`);
    } catch (error) {
      if (!(error instanceof AttuneError)) throw error;
      findings.push(error.message);
    }
  }
  if (!here) return [];
  return verdict(
    findings,
    `${count(here, 'checkpoint')} can be read and say that they are of their fold and of this network`,
  );
}
