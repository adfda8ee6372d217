import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { classesOf } from '../../corpus/classes.ts';
import type { Leak } from '../../corpus/leaks.ts';
import type { Corpus } from '../../corpus/utterance.ts';
import { AttuneError } from '../../errors.ts';
import { cannotWrite, writeWhole } from '../../files.ts';
import type { Executor } from '../../jobs/executor.ts';
import { DEFAULT_ARCHITECTURE } from '../../model/architecture.ts';
import type { FilterShape } from '../../model/cnn/architecture.ts';
import { learningCurves } from '../../report/learning-curves.ts';
import type { RunListener } from '../../run/events.ts';
import type { Environment, LogEntry, RunOptions } from '../../run/run-files.ts';
import { lastFoldTime, readJson, readLog, refuseToReplace, runPaths, writeJson } from '../../run/run-folder.ts';
import { RUN_CONFIG } from '../../run/run-schemas.ts';
import type { Interval } from '../../statistics/bootstrap.ts';
import { mean, type Scores } from '../../statistics/confusion.ts';
import { DEFAULT_SCHEDULE, type Schedule } from '../../train/schedule.ts';
import { writeReadmeSection } from '../readme-section.ts';
import { type Outcome, refuseAsStudy, runStudy } from '../study.ts';

/** Sizes of Figure 2, eight an axis, the paper's choices of 10 and 8 in their midst: heights in bins of 10 Hz, widths in frames of 10 ms. */
export const DEFAULT_HEIGHTS: readonly number[] = [2, 4, 7, 10, 20, 40, 70, 100];
export const DEFAULT_WIDTHS: readonly number[] = [2, 4, 6, 8, 16, 32, 56, 80];

/** The side that is not varied, 20 Hz or 20 ms (section 3.2). */
export const NARROW = 2;

/** Hz of a bin and ms of a frame, as the paper's Figure 2 counts: the windows of 40 ms that frames share are left out. */
const [BIN_HZ, FRAME_MS] = [10, 10];

/** To be printed with every figure of a sweep. */
export const EXPLORATORY =
  'Exploratory: which size is best is seen on test speakers, as in the paper, so no figure here may be quoted as a score.';

export interface SweepOptions {
  readonly corpus: Corpus;
  /** holds a run folder a size, such as `h010-w002`; an unfinished sweep there goes on */
  readonly out: string;
  /** of the filters at a width of 2 */
  readonly heights: readonly number[];
  /** of the filters at a height of 2 */
  readonly widths: readonly number[];
  /** of each size's run, but for its network */
  readonly options: Omit<RunOptions, 'architecture'>;
  /** the command that asks for this sweep, written beside its figures */
  readonly command: string;
  readonly jobs: number;
  readonly cache: string;
  /** where folds are trained; absent: on this machine, `jobs` at a time */
  readonly executor?: Executor;
  /** told of each size when it begins, and as it goes */
  readonly onEvent?: RunListener;
  /** stops the size that is under way */
  readonly signal?: AbortSignal;
}

/** `sweep.json`. */
export interface Sweep {
  readonly exploratory: typeof EXPLORATORY;
  /** what stands on both sides of the folds; absent: nothing */
  readonly leaks?: Leak;
  readonly corpus: string;
  readonly utterances: number;
  readonly speakers: number;
  readonly folds: number;
  readonly command: string;
  readonly options: Omit<RunOptions, 'architecture'>;
  /** where the runs were started; one entry where all were in the same place */
  readonly environments: readonly Environment[];
  /** the day on which the last fold was done, ISO 8601, UTC */
  readonly date: string;
  /** what the intervals are, or why there are none */
  readonly intervals: string;
  /** by height, then by width */
  readonly sizes: readonly SizeResult[];
}

/** One size; figures pooled over folds, each in [0, 1]. */
export interface SizeResult extends FilterShape, Scores {
  readonly frequencyHz: number;
  readonly timeMs: number;
  /** 95 % interval of WA by bootstrap, null where speakers are too few */
  readonly waInterval: Interval | null;
  /** 95 % jackknife-t interval of WA, null where speakers are too few */
  readonly waJackknife: Interval | null;
  /** cross-entropy in the last epoch, mean of folds: whether training had time enough */
  readonly trainingLoss: number;
  /** of each class, in their order; null where the corpus has no utterance of it */
  readonly recall: Readonly<Record<string, number | null>>;
  /** its run folder within the sweep's */
  readonly run: string;
}

/** The sizes of a sweep: all heights at width 2, then all widths at height 2, each size once. */
export function sizesOf(heights: readonly number[], widths: readonly number[]): FilterShape[] {
  const all = [
    ...heights.map((height) => ({ height, width: NARROW })),
    ...widths.map((width) => ({ height: NARROW, width })),
  ].sort((a, b) => a.width - b.width || a.height - b.height);
  if (!all.length) throw new AttuneError('usage', 'expected at least one height or width of filters, got none');
  return [...new Map(all.map((size) => [folderOf(size), size])).values()];
}

/** Such as `h010-w002`. */
export const folderOf = ({ height, width }: FilterShape): string =>
  `h${String(height).padStart(3, '0')}-w${String(width).padStart(3, '0')}`;

/** The default schedule in `epochs`, the rate divided after the same shares of it: at 5, 7 and 9 of 10, where that has 21, 31 and 41 of 50. */
export function shortened(epochs: number): Schedule {
  const { epochs: whole, decayEpochs } = DEFAULT_SCHEDULE;
  const moved = decayEpochs.map((epoch) => 1 + Math.ceil(((epoch - 1) * epochs) / whole));
  return { ...DEFAULT_SCHEDULE, epochs, decayEpochs: moved };
}

/**
 * Figure 2 of the paper: cross-validates Conv1 alone, followed by global average pooling and a linear layer, for filters of many shapes
 * (section 3.2). Writes `sweep.json`, `sweep.csv`, `figure2.svg` and a section of `README.md` into `out`. Stopped and started again
 * it goes on; a size that is done is not trained again.
 *
 * @throws AttuneError `usage` where a size is out of range, or was started with other options; and as `crossValidate` does
 */
export async function sweep(given: SweepOptions): Promise<Sweep> {
  const { corpus, out, options, jobs, cache, executor, onEvent, signal } = given;
  const sizes = sizesOf(given.heights, given.widths);
  const variants = sizes.map((size) => {
    const network = { pooling: 'gap', poolAfter: [], conv1Only: size } as const;
    const architecture = { ...DEFAULT_ARCHITECTURE, classes: classesOf(corpus).length, ...network };
    const title = `${BIN_HZ * size.height} Hz by ${FRAME_MS * size.width} ms`;
    return { name: folderOf(size), title, corpus, options: { ...options, architecture } };
  });
  await refuseAsStudy(out, corpus);
  await refuseToReplace(join(out, 'sweep.json'), [join(out, 'sweep.csv'), join(out, 'figure2.svg')]);
  await mkdir(out, { recursive: true }).catch((cause) => Promise.reject(cannotWrite(out, cause)));
  const outcomes = await runStudy({ out, variants, jobs, cache, executor, onEvent, signal });
  const result = await sweepOf(given, sizes, outcomes);
  await writeSweep(out, result);
  return result;
}

async function sweepOf(
  { corpus, options, command }: SweepOptions,
  sizes: readonly FilterShape[],
  outcomes: readonly Outcome[],
): Promise<Sweep> {
  const configs = await Promise.all(outcomes.map(({ run }) => readJson(runPaths(run).config, RUN_CONFIG)));
  const environments = new Map(configs.map((config) => [JSON.stringify(config!.environment), config!.environment]));
  const logs = await Promise.all(outcomes.map(({ run }) => readLog(run)));
  const { leaks, utterances, speakers, folds, intervals } = outcomes[0]!.metrics;
  return {
    ...(leaks && { leaks }),
    ...{ exploratory: EXPLORATORY, corpus: corpus.name, utterances, speakers, folds, command, options },
    environments: [...environments.values()],
    date: lastFoldTime(logs.flat()).slice(0, 10),
    intervals: intervals.note,
    sizes: outcomes.map((outcome, i) => resultOf(sizes[i]!, outcome, logs[i]!)),
  };
}

function resultOf(size: FilterShape, { run, metrics }: Outcome, log: readonly LogEntry[]): SizeResult {
  const { wa, ua, macroF1, intervals, perClass, emotions } = metrics;
  return {
    ...size,
    frequencyHz: size.height * BIN_HZ,
    timeMs: size.width * FRAME_MS,
    ...{ wa, ua, macroF1, waInterval: intervals.wa, waJackknife: intervals.jackknife?.wa ?? null },
    recall: Object.fromEntries(emotions.map((emotion) => [emotion, perClass[emotion]!.recall])),
    trainingLoss: mean(learningCurves(log).map(({ epochs }) => epochs.at(-1)!.loss)),
    run: basename(run),
  };
}

async function writeSweep(out: string, result: Sweep): Promise<void> {
  const { figure2 } = await import('./plots.ts'); // takes as long to load as all else
  const { sweepCsv, sweepMarkdown } = await import('./report.ts');
  await writeJson(join(out, 'sweep.json'), result);
  await writeWhole(join(out, 'sweep.csv'), sweepCsv(result));
  await writeWhole(join(out, 'figure2.svg'), figure2(result.sizes));
  const title = `Figure 2: the shape of Conv1's filters, on ${result.corpus}`;
  await writeReadmeSection(out, 'sweep', title, sweepMarkdown(result));
}
