import { appendFileSync } from 'node:fs';
import { mkdir, readFile, realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Corpus } from '../corpus/utterance.ts';
import { AttuneError } from '../errors.ts';
import { cannotWrite, writeWhole } from '../files.ts';
import { foldFile } from './fold-file.ts';
import type { Prediction } from './prediction.ts';
import type { LogEntry } from './run-files.ts';

/** Where everything of a run lies. */
export const runPaths = (run: string) => ({
  config: join(run, 'config.json'),
  manifest: join(run, 'manifest.json'),
  log: join(run, 'log.jsonl'),
  predictions: join(run, 'predictions.csv'),
  metrics: join(run, 'metrics.json'),
  report: join(run, 'report.html'),
  /** the weights that scored a fold's test speakers */
  checkpoint: (fold: string) => join(run, 'checkpoints', `${foldFile(fold)}.safetensors`),
  /** a finished fold's predictions */
  fold: (fold: string) => join(run, 'folds', `${foldFile(fold)}.json`),
  /** what a fold's test speakers score after an epoch, where that was asked for */
  epoch: (fold: string, epoch: number) => join(run, 'epochs', foldFile(fold), `${epoch}.json`),
  /** an unfinished fold's training state */
  state: (fold: string) => join(run, 'folds', `${foldFile(fold)}.state.safetensors`),
});

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
 * Refuses to write results among the recordings they are of, where the next command would find them.
 *
 * @throws AttuneError `usage` where the folder is that of the corpus, or of one of its parts
 */
export async function refuseCorpusFolder(out: string, { directory, parts = [] }: Corpus): Promise<void> {
  const place = (path: string) => realpath(path).catch(() => resolve(path));
  const folder = await place(out);
  for (const taken of [directory, ...parts.map((part) => part.directory)])
    if ((await place(taken)) === folder)
      throw new AttuneError(
        'usage',
        `${out} holds the recordings; give the results a folder of their own, such as --out ${join(out, 'run')}`,
      );
}

/** A file's bytes, or undefined where there is none. */
export async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new AttuneError(
      'run',
      `${path} cannot be read (${code}); give the folder of a run, or a place where one can be made`,
      {
        cause: error,
      },
    );
  }
}

export async function readJson<T>(path: string): Promise<T | undefined> {
  const bytes = await readIfThere(path);
  if (!bytes) return undefined;
  try {
    return JSON.parse(bytes.toString('utf8')) as T;
  } catch (cause) {
    throw new AttuneError(
      'run',
      `${path} is damaged and cannot be read; put back a good copy, or start a new run with another --out`,
      {
        cause,
      },
    );
  }
}

export const writeJson = (path: string, value: unknown) => writeWhole(path, `${JSON.stringify(value, null, 2)}\n`);

/** The predictions of a fold that is done, or undefined. */
export const readFold = (run: string, fold: string) => readJson<Prediction[]>(runPaths(run).fold(fold));

/** The log so far. A last line cut short by a kill is left out. */
export async function readLog(run: string): Promise<LogEntry[]> {
  const text = (await readIfThere(runPaths(run).log))?.toString('utf8') ?? '';
  return text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as LogEntry];
    } catch {
      return []; // an empty line, or one that was being written when the process was killed
    }
  });
}

export function appendLog(run: string, entry: LogEntry): void {
  const path = runPaths(run).log;
  try {
    appendFileSync(path, `${JSON.stringify(entry)}\n`);
  } catch (cause) {
    throw cannotWrite(path, cause);
  }
}
