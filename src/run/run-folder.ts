import { constants } from 'node:buffer';
import { mkdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Corpus } from '../corpus/utterance.ts';
import { AttuneError } from '../errors.ts';
import { appendSynced, cannotWrite, writeWhole } from '../files.ts';
import { parseJson, type Schema } from '../json.ts';
import { otherKind, readWhole, whyUnread } from '../read-file.ts';
import { foldFile } from './fold-file.ts';
import { parseLog } from './log-text.ts';
import type { LogEntry, RunOptions } from './run-files.ts';

/** Where everything of a run lies. */
export const runPaths = (run: string) => ({
  config: join(run, 'config.json'),
  manifest: join(run, 'manifest.json'),
  log: join(run, 'log.jsonl'),
  predictions: join(run, 'predictions.csv'),
  metrics: join(run, 'metrics.json'),
  report: join(run, 'report.html'),
  /** there while a command trains */
  lock: join(run, '.lock'),
  /** the checkpoint that every fold starts from, where they do */
  init: join(run, 'init.safetensors'),
  /** SHA-256 of the other files */
  hashes: join(run, 'hashes.json'),
  /** the weights that scored a fold's test speakers */
  checkpoint: (fold: string) => join(run, 'checkpoints', `${foldFile(fold)}.safetensors`),
  /** a finished fold's predictions */
  fold: (fold: string) => join(run, 'folds', `${foldFile(fold)}.json`),
  /** what a fold's test speakers score after an epoch, where that was asked for */
  epoch: (fold: string, epoch: number) => join(run, 'epochs', foldFile(fold), `${epoch}.json`),
  /** an unfinished fold's training state, or that of an inner stage, counted from 1; no fold's file has a percent sign before a tilde and a word */
  state: (fold: string, inner?: number) =>
    join(run, 'folds', `${foldFile(fold)}${inner === undefined ? '' : `%~inner-${inner}`}.state.safetensors`),
});

/** What decides which files a run writes. */
type Written = Pick<RunOptions, 'scoreEveryEpoch' | 'schedule' | 'init' | 'tune'>;

/** The epochs that are scored one by one. */
const epochsOf = ({ scoreEveryEpoch, schedule }: Written): number[] =>
  scoreEveryEpoch ? Array.from({ length: schedule.epochs }, (_, i) => i + 1) : [];

/** The files of a run that stay as they are once it is done, its report aside, which shows their hashes. */
export function finalFiles(run: string, folds: readonly string[], options: Written): string[] {
  const { init } = options;
  const paths = runPaths(run);
  const epochs = epochsOf(options);
  return [
    ...[paths.config, paths.manifest, paths.predictions, paths.metrics, paths.log],
    ...(init ? [paths.init] : []),
    ...folds.map(paths.checkpoint),
    ...folds.map(paths.fold),
    ...folds.flatMap((fold) => epochs.map((epoch) => paths.epoch(fold, epoch))),
  ];
}

/** The final files that only training makes: figures and report follow from them. */
export function trainedFiles(run: string, folds: readonly string[], options: Written): string[] {
  const { predictions, metrics } = runPaths(run);
  return finalFiles(run, folds, options).filter((path) => path !== predictions && path !== metrics);
}

/** Every file that is written into the folder of a run. */
export function runFiles(run: string, folds: readonly string[], options: Written): string[] {
  const paths = runPaths(run);
  const states = folds.flatMap((fold) => stateFiles(run, fold, options));
  return [...finalFiles(run, folds, options), paths.report, paths.hashes, ...states];
}

/** Where a fold keeps its state while it learns, and those of inner stages, where it has some. */
export function stateFiles(run: string, fold: string, { tune }: Pick<RunOptions, 'tune'>): string[] {
  const { state } = runPaths(run);
  return [state(fold), ...Array.from({ length: tune?.innerFolds ?? 0 }, (_, i) => state(fold, i + 1))];
}

/** The files of a run that each of its folds reads, relative to its folder. */
export const sharedFiles = ({ init }: Pick<RunOptions, 'init'>): string[] => {
  const paths = runPaths('');
  return [paths.config, paths.manifest, ...(init ? [paths.init] : [])];
};

/** The files that a fold leaves, its own last, and those that it goes on from, relative to the folder of its run. */
export function foldFiles(fold: string, options: Written): { readonly left: string[]; readonly states: string[] } {
  const paths = runPaths('');
  const epochs = epochsOf(options).map((epoch) => paths.epoch(fold, epoch));
  return { left: [...epochs, paths.checkpoint(fold), paths.fold(fold)], states: stateFiles('', fold, options) };
}

/** Makes the folder of a run where it is missing. */
export async function makeRunFolder(run: string): Promise<void> {
  try {
    await mkdir(join(run, 'checkpoints'), { recursive: true });
    await mkdir(join(run, 'folds'), { recursive: true });
  } catch (cause) {
    throw cannotWrite(run, cause);
  }
}

/**
 * Refuses a folder for results that is none: a blank path, which would mean the current folder, a file, or the folder of the recordings,
 * where the next command would find the results.
 *
 * @throws AttuneError `usage` where the folder is blank, leads to a file or through one, or is that of the corpus, or of one of its parts
 */
export async function refuseAsOut(out: string, { directory, parts = [] }: Corpus): Promise<void> {
  if (!out.trim()) throw new AttuneError('usage', 'expected a folder for the results, got a blank path; name one');
  await refuseFile(out);
  const place = (path: string) => realpath(path).catch(() => resolve(path));
  const folder = await place(out);
  for (const taken of [directory, ...parts.map((part) => part.directory)])
    if ((await place(taken)) === folder)
      throw new AttuneError(
        'usage',
        `${out} holds the recordings; give the results a folder of their own, such as \`out\` ${join(out, 'run')}`,
      );
}

async function refuseFile(out: string): Promise<void> {
  for (let path = out; ; path = dirname(path)) {
    const found = await stat(path).catch(() => undefined);
    if (!found && dirname(path) !== path) continue;
    if (!found || found.isDirectory()) return;
    const what = `${path === out ? 'it' : path} is a ${otherKind(found) ?? 'file'}`;
    throw new AttuneError('usage', `expected a folder for the results, got ${out}, but ${what}; name another`);
  }
}

/**
 * Refuses to replace files that somebody else wrote: those that are written last, where the one that is written first is not there.
 *
 * @param first such as `config.json` of a run
 * @throws AttuneError `usage`, naming such a file
 */
export async function refuseToReplace(first: string, last: readonly string[]): Promise<void> {
  if (await isThere(first)) return;
  for (const path of last)
    if (await isThere(path))
      throw new AttuneError(
        'usage',
        `${path} would be replaced, but without a ${basename(first)} beside it Attune did not write it: move it away, or give another \`out\``,
      );
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** A file's bytes, or undefined where there is none. */
export async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readWhole(path);
  } catch (error) {
    const cause = error as NodeJS.ErrnoException;
    if (cause.code === 'ENOENT') return undefined;
    throw new AttuneError(
      'run',
      `${path} cannot be read (${whyUnread(cause)}); give the folder of a run, or a place where one can be made`,
      { cause },
    );
  }
}

/** What to do about a damaged file of a run. */
const REMEDY = 'Put back a good copy, or start a new run with another `out`.';

/**
 * A JSON file of a known form, or undefined where there is none.
 *
 * @param remedy what to do about a damaged one, a sentence
 * @throws AttuneError `run`, naming the file and what of it is wrong, where it cannot be read or is of another form
 */
export async function readJson<T>(path: string, schema: Schema<T>, remedy = REMEDY): Promise<T | undefined> {
  const text = await readText(path);
  return text === undefined ? undefined : parseJson(text, schema, { name: path, code: 'run', remedy });
}

/** A file's text, or undefined where there is none; UTF-8. */
async function readText(path: string): Promise<string | undefined> {
  const bytes = await readIfThere(path);
  if (!bytes || bytes.length <= constants.MAX_STRING_LENGTH) return bytes?.toString('utf8');
  throw new AttuneError('run', `${path} is too large to be read: it has ${bytes.length} bytes. ${REMEDY}`);
}

export const writeJson = (path: string, value: unknown) => writeWhole(path, `${JSON.stringify(value, null, 2)}\n`);

/** The text of the log, or undefined where there is none. */
export const readLogText = (run: string): Promise<string | undefined> => readText(runPaths(run).log);

/** The log so far, as far as it can be read. */
export const readLog = async (run: string): Promise<LogEntry[]> => parseLog((await readLogText(run)) ?? '').entries;

/** When the last fold was done, ISO 8601, UTC; empty where none was. A report that is written anew, elsewhere, is none. */
export const lastFoldTime = (log: readonly LogEntry[]): string =>
  log
    .flatMap((entry) => (entry.event === 'fold' ? [entry.time] : []))
    .sort()
    .at(-1) ?? '';

/** Adds a line to the log, which then outlasts a power failure. */
export function appendLog(run: string, entry: LogEntry): void {
  const path = runPaths(run).log;
  try {
    appendSynced(path, `${JSON.stringify(entry)}\n`);
  } catch (cause) {
    throw cannotWrite(path, cause);
  }
}
