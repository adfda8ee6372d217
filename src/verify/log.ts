import { classesOf } from '../corpus/classes.ts';
import { few } from '../corpus/findings.ts';
import { AttuneError } from '../errors.ts';
import { readSystemCheckpoint } from '../model/checkpoint.ts';
import { learningCurves } from '../report/learning-curves.ts';
import { nameIn } from '../run/hashes.ts';
import { historyIn } from '../run/history.ts';
import { parseLog } from '../run/log-text.ts';
import type { LogEntry } from '../run/run-files.ts';
import { readIfThere, readLogText, runPaths } from '../run/run-folder.ts';
import { confusionOf, scoresOf } from '../statistics/confusion.ts';
import { count } from '../text.ts';
import type { EpochReport } from '../train/schedule.ts';
import type { FinishedRun } from './doubted-run.ts';
import { notChecked, type Statement, verdict } from './statement.ts';

/** Whether `log.jsonl` tells of training what the checkpoints do, and of the folds what `predictions.csv` does. */
export async function checkLog(files: FinishedRun): Promise<Statement[]> {
  const text = await readLogText(files.run);
  if (text === undefined) return [notChecked('log.jsonl is not here')];
  const { entries: log, cut, damaged } = parseLog(text);
  const logged = new Map(learningCurves(log).map(({ fold, epochs }) => [fold, epochs]));
  const [findings, withoutHistory]: [string[], string[]] = [[...damagedLines(damaged), ...otherFolds(files, log)], []];
  let [compared, lost] = [0, 0];
  for (const fold of files.folds) {
    const history = await historyOf(files.run, fold);
    const epochs = logged.get(fold) ?? [];
    if (!history) {
      withoutHistory.push(fold);
      continue;
    }
    const name = nameIn(files.run, runPaths(files.run).checkpoint(fold));
    findings.push(...epochs.flatMap((report) => otherEpoch(fold, name, report, history)));
    compared += epochs.length;
    lost += history.filter(({ epoch }) => !epochs.some((report) => report.epoch === epoch)).length;
  }
  const scores = scoresIn(files, log);
  findings.push(...scores.findings);
  const told = [
    ...(compared ? [`${count(compared, 'epoch')} of log.jsonl are those of the checkpoints`] : []),
    ...(scores.folds
      ? [`the figures of ${count(scores.folds, 'fold')} in log.jsonl are those of predictions.csv`]
      : []),
  ];
  return [
    ...(told.length || findings.length ? verdict(findings, told.join('; ')) : []),
    ...[
      withoutHistory.length && `epochs of fold ${withoutHistory.join(', ')} in log.jsonl: no checkpoint tells of them`,
      lost && `${count(lost, 'epoch')} of the checkpoints: not in log.jsonl, as where a run was killed before it told`,
      cut && `${count(cut, 'line')} of log.jsonl: cut short, as where a run was killed while it wrote`,
    ].flatMap((text) => (text ? [notChecked(text)] : [])),
  ];
}

/** What a fold's checkpoint says of its epochs; undefined where there is none that can be read. */
async function historyOf(run: string, fold: string): Promise<EpochReport[] | undefined> {
  const bytes = await readIfThere(runPaths(run).checkpoint(fold));
  if (!bytes) return undefined;
  try {
    return historyIn(readSystemCheckpoint(bytes, fold));
  } catch (error) {
    if (error instanceof AttuneError) return undefined; // damaged, which is told elsewhere
    throw error;
  }
}

function otherEpoch(fold: string, name: string, logged: EpochReport, history: readonly EpochReport[]): string[] {
  const own = history.find(({ epoch }) => epoch === logged.epoch);
  if (!own) return [`fold ${fold} has an epoch ${logged.epoch} in log.jsonl, but not in ${name}`];
  return (['learningRate', 'loss', 'accuracy'] as const)
    .filter((key) => logged[key] !== own[key])
    .map((key) => `fold ${fold}, epoch ${logged.epoch}: ${key} is ${logged[key]} in log.jsonl, ${own[key]} in ${name}`);
}

const damagedLines = (lines: readonly number[]): string[] =>
  lines.length
    ? [
        `log.jsonl is damaged: ${lines.length > 1 ? 'lines' : 'line'} ${few(lines.map(String))} ${lines.length > 1 ? 'are' : 'is'} no entry, nor what a kill leaves of one`,
      ]
    : [];

function otherFolds({ folds }: FinishedRun, log: readonly LogEntry[]): string[] {
  const told = log.flatMap((entry) => (entry.event === 'epoch' || entry.event === 'fold' ? [entry.fold] : []));
  return [...new Set(told)]
    .filter((fold) => !folds.includes(fold))
    .map((fold) => `log.jsonl tells of a fold ${fold}, which manifest.json does not have`);
}

/** Where WA and UA of a fold are others in the log than by `predictions.csv`, and how many folds it tells them of. */
function scoresIn({ config, folds, predictions }: FinishedRun, log: readonly LogEntry[]) {
  const told = folds.flatMap((fold) => {
    const entry = log.findLast((own) => own.event === 'fold' && own.fold === fold);
    return entry?.event === 'fold' ? [entry] : [];
  });
  const findings = told.flatMap((entry) => {
    const own = predictions.filter(({ fold }) => fold === entry.fold);
    const scores = own.length ? scoresOf(confusionOf(own, classesOf(config.options))) : undefined;
    return (['wa', 'ua'] as const)
      .filter((key) => entry[key] !== scores?.[key])
      .map((key) => `fold ${entry.fold}: ${key} is ${entry[key]} in log.jsonl, ${scores?.[key]} by predictions.csv`);
  });
  return { findings, folds: told.length };
}
