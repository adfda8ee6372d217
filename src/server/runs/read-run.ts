import { dirname } from 'node:path';
import type * as v from 'valibot';
import { AttuneError } from '../../errors.ts';
import { readPredictions } from '../../run/predictions-file.ts';
import type { LogEntry, RunConfig } from '../../run/run-files.ts';
import { readJson, runPaths } from '../../run/run-folder.ts';
import { MANIFEST, METRICS, type ReadMetrics, RUN_CONFIG } from '../../run/run-schemas.ts';
import { isOver, standingOf } from '../../run/standing.ts';
import { divergencePath, readDivergence } from '../../studies/divergence.ts';
import type { RUN, RUN_ROW } from '../schemas.ts';
import { type Found, keepFiles, mtimeOf, sizeOf } from './kept-files.ts';
import { createLogs, type KnownLog, NONE } from './logs.ts';

export type Row = v.InferOutput<typeof RUN_ROW>;
export type Run = v.InferOutput<typeof RUN>;

/** What reads runs as they lie on disk. What of a run is damaged is told, and the rest of it is shown. */
export interface RunReader {
  row(folder: string, id: string): Promise<Row>;
  run(folder: string, id: string): Promise<Run>;
  /** entries of a run's log as far as it has come */
  log(folder: string): Promise<readonly LogEntry[]>;
}

const GOOD_COPY = 'Put back a good copy.';
/** What to do about files that follow from those of the folds. */
const AGAIN = "Put back a good copy, or start the run's command again, which writes it anew.";
/** Numbers of damaged lines that are told. */
const SHOWN = 5;

/** What was found in the folder of a run. */
interface Parts {
  readonly config: Found<RunConfig>;
  readonly metrics: Found<ReadMetrics>;
  /** names of the run's folds, sorted */
  readonly folds: Found<readonly string[]>;
  readonly log: KnownLog;
  /** whether the run has ended */
  readonly over: boolean;
  /** how its training came to no end */
  readonly diverged?: string;
  readonly damages: readonly string[];
}

export function createRunReader(): RunReader {
  const logs = createLogs();
  const configs = keepFiles((path) => readJson(path, RUN_CONFIG, GOOD_COPY));
  const metrics = keepFiles((path) => readJson(path, METRICS, AGAIN));
  const divergences = keepFiles((path) => readDivergence(dirname(path)));
  const folds = keepFiles(async (path) => (await readJson(path, MANIFEST, GOOD_COPY))?.recordings.flatMap(foldOf));
  const predictions = keepFiles(async (path) => {
    if (!(await sizeOf(path))) return 0; // the row tells
    const { length } = await readPredictions(path);
    if (!length) throw new AttuneError('run', `${path} holds no prediction`);
    return length;
  });

  const partsOf = async (folder: string): Promise<Parts> => {
    const paths = runPaths(folder);
    const found = {
      ...{ config: await configs(paths.config), metrics: await metrics(paths.metrics) },
      ...{ folds: namesIn(await folds(paths.manifest)), ...(await logIn(folder)) },
    };
    const scored = !isMissing(found.metrics);
    const over = scored || isOver(found.log.entries) || (await isTrained(folder, found));
    const { value: divergence, damage: lost } = over ? {} : await divergences(divergencePath(folder));
    const isCut = scored && (await sizeOf(paths.predictions)) === 0;
    const damages = [
      ...[
        found.config.damage,
        found.folds.damage,
        found.metrics.damage,
        found.damage ?? logDamage(found.log, scored),
        lost,
      ],
      isMissing(found.folds) && `manifest.json is missing. ${GOOD_COPY}`,
      over && !scored && found.folds.value?.length && `metrics.json is missing. ${AGAIN}`,
      isCut && `predictions.csv is missing or empty. ${AGAIN}`,
    ].filter((damage) => typeof damage === 'string');
    return { ...found, over, damages, ...(divergence && { diverged: divergence.message }) };
  };
  const logIn = (folder: string): Promise<{ readonly log: KnownLog; readonly damage?: string }> =>
    logs(runPaths(folder).log).then(
      (log = NONE) => ({ log }),
      () => ({ log: NONE, damage: `log.jsonl cannot be read. ${GOOD_COPY}` }),
    );

  return {
    log: async (folder) => (await logIn(folder)).log.entries,
    row: async (folder, id) => rowOf(folder, id, await partsOf(folder)),
    async run(folder, id) {
      const parts = await partsOf(folder);
      const paths = runPaths(folder);
      const { config, metrics, folds, log, over } = parts;
      const names = folds.value?.length ? folds.value : foldsIn(log.entries);
      const epochs = config.value?.options.schedule.epochs ?? 0;
      const standing = standingOf(log.entries, names, epochs, over);
      const row = await rowOf(folder, id, parts);
      const table = isMissing(metrics) ? {} : await predictions(paths.predictions);
      return {
        ...row,
        damages: [...row.damages, ...(table.damage ? [`${table.damage}. ${AGAIN}`] : [])],
        standing: (parts.diverged === undefined
          ? standing
          : { ...standing, secondsLeft: undefined }) as Run['standing'],
        lines: log.lines,
        hasReport: (await mtimeOf(paths.report)) > 0,
        ...(config.value && { config: config.value as Run['config'] & RunConfig }),
        ...(metrics.value && { metrics: metrics.value as Run['metrics'] & ReadMetrics }),
      };
    },
  };
}

async function rowOf(folder: string, id: string, parts: Parts): Promise<Row> {
  const { metrics, folds, log, over, diverged, damages } = parts;
  const { entries } = log;
  const names = folds.value ?? [];
  const done = new Set(entries.flatMap((entry) => (entry.event === 'fold' ? [entry.fold] : []))).size;
  const changed = entries.at(-1)?.time ?? new Date(await mtimeOf(runPaths(folder).config)).toISOString(); // a copy keeps the times of its log
  return {
    ...{ id, state: over ? 'finished' : diverged ? 'diverged' : 'unfinished', changed, damages: [...damages] },
    ...(diverged && { diverged }),
    folds: { done: over ? Math.max(done, names.length) : done, ...(names.length && { inAll: names.length }) },
    ...(metrics.value && { wa: metrics.value.wa, ua: metrics.value.ua }),
  };
}

const isMissing = ({ value, damage }: Found<unknown>): boolean => value === undefined && damage === undefined;

const foldOf = ({ fold }: { readonly fold?: string }): string[] => (fold === undefined ? [] : [fold]);
const namesIn = ({ value, ...found }: Found<readonly string[]>): Found<readonly string[]> =>
  value ? { ...found, value: [...new Set(value)].sort() } : found;
const foldsIn = (log: readonly LogEntry[]): string[] =>
  [...new Set(log.flatMap((entry) => ('fold' in entry ? [entry.fold] : [])))].sort();

/** Whether all that a run trains is there, which tests on none: older versions did not write that it has ended. */
async function isTrained(folder: string, { folds, log }: Pick<Parts, 'folds' | 'log'>): Promise<boolean> {
  const trained = foldsIn(log.entries);
  if (folds.value?.length !== 0 || !trained.length) return false;
  const written = await Promise.all(trained.map((fold) => mtimeOf(runPaths(folder).fold(fold))));
  return written.every((time) => time > 0);
}

/** What a log lacks. A line that a kill cut short is none of it: the run goes on from there. */
function logDamage({ entries, damaged }: KnownLog, isFinished: boolean): string | undefined {
  if (!entries.length && !damaged.length) return isFinished ? `log.jsonl is missing or empty. ${GOOD_COPY}` : undefined;
  if (!damaged.length) return undefined;
  const more = damaged.length > SHOWN ? ` and ${damaged.length - SHOWN} more` : '';
  const where = `${damaged.length === 1 ? 'line' : 'lines'} ${damaged.slice(0, SHOWN).join(', ')}${more}`;
  return `log.jsonl is damaged in ${where}, which ${damaged.length === 1 ? 'is' : 'are'} passed over. ${GOOD_COPY}`;
}
