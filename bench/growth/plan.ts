import { BINS, FRAMES } from '../../src/features/spectrogram.ts';
import { DEFAULT_ARCHITECTURE } from '../../src/model/architecture.ts';
import { costOf } from '../cost.ts';
import { TRAIN_BATCH } from '../figures.ts';

/** Some steps of training in processes of their own, on noise held in memory, or on a corpus in the cache of features. */
export interface GrowthTask {
  /** segments a step */
  readonly batch: number;
  /** of the network, 1 the paper's */
  readonly width: number;
  /** within one operator */
  readonly threads: number;
  /** at a time, each training a network of its own */
  readonly processes: number;
  /** segments in the cache; noise in memory where it is left out */
  readonly corpus?: number;
}

/** One place on the horizontal axis of a panel. */
export interface PlannedPoint {
  readonly x: number;
  readonly task: GrowthTask;
  /** segments/s here over those at another x, if the speed were proportional to what is given and to what is asked for */
  readonly ideal: number;
}

export interface PlannedPanel {
  readonly key: 'batch' | 'cores' | 'corpus' | 'width';
  /** of the panel and of its horizontal axis */
  readonly title: string;
  readonly axis: string;
  readonly series: readonly { readonly name: string; readonly points: readonly PlannedPoint[] }[];
}

/** Training takes two segments a step or more. */
const BATCHES = [2, 4, 8, 16, 32, 64, 128];
/** Between the third and the fourth the moments of all segments' taps become too many to be kept, and Conv1 is computed without. */
const CORPORA = [500, 5_000, 24_240, 24_250, 50_000];
const WIDTHS = [1, 2, 4];
/** The widest network takes sixteen times the arithmetic of the paper's, so its steps are of fewer segments. */
const WIDTH_BATCH = 16;

/**
 * What is measured.
 *
 * @param threads within one operator where they are not what grows
 * @param cores the most that are used
 */
export function planOf(threads: number, cores: number): PlannedPanel[] {
  const task = { batch: TRAIN_BATCH, width: 1, threads, processes: 1 };
  const same = (points: readonly { x: number; task: GrowthTask }[]) => [
    { name: 'training', points: points.map((point) => ({ ...point, ideal: 1 })) },
  ];
  const some = doublings(cores);
  return [
    {
      key: 'batch',
      title: 'Batch',
      axis: 'segments a step',
      series: same(BATCHES.map((batch) => ({ x: batch, task: { ...task, batch } }))),
    },
    {
      key: 'cores',
      title: 'Cores',
      axis: 'cores',
      series: [
        {
          name: 'Threads of one process',
          points: some.map((x) => ({ x, task: { ...task, threads: x }, ideal: x })),
        },
        {
          name: 'Processes of one thread',
          points: some.map((x) => ({ x, task: { ...task, threads: 1, processes: x }, ideal: x })),
        },
      ],
    },
    {
      key: 'corpus',
      title: 'Corpus',
      axis: 'segments in the cache of features',
      series: same(CORPORA.map((corpus) => ({ x: corpus, task: { ...task, corpus } }))),
    },
    {
      key: 'width',
      title: 'Network width',
      axis: 'channels, times those of the paper',
      series: [
        {
          name: 'training',
          points: WIDTHS.map((width) => ({
            x: width,
            task: { ...task, batch: WIDTH_BATCH, width },
            ideal: gflopOf(1) / gflopOf(width),
          })),
        },
      ],
    },
  ];
}

/** 1, 2, 4, ... and the number itself. */
function doublings(most: number): number[] {
  const powers = Array.from({ length: Math.floor(Math.log2(most)) + 1 }, (_, i) => 2 ** i);
  return powers.at(-1) === most ? powers : [...powers, most];
}

/** A task in words: equal tasks are measured once. */
export const nameOf = ({ batch, width, threads, processes, corpus }: GrowthTask): string =>
  [
    `batch ${batch}`,
    `width ${width}`,
    `threads ${threads}`,
    `processes ${processes}`,
    ...(corpus ? [`corpus ${corpus}`] : []),
  ].join(', ');

/** The tasks of a plan by name, each once. */
export const tasksOf = (plan: readonly PlannedPanel[]): Map<string, GrowthTask> =>
  new Map(plan.flatMap(({ series }) => series.flatMap(({ points }) => points.map(({ task }) => [nameOf(task), task]))));

/** 10^9 floating-point operations of training on a segment. */
const gflopOf = (width: number) =>
  costOf({ ...DEFAULT_ARCHITECTURE, width }, { bins: BINS, frames: FRAMES }).trainingGflop;

/** About how long a measurement goes on, 10^9 floating-point operations, and the steps it has at least and at most. */
const ENOUGH_GFLOP = 600;
const STEPS = { least: 4, most: 100 };

/** Timed steps. */
export const stepsOf = ({ batch, width }: GrowthTask): number =>
  Math.min(STEPS.most, Math.max(STEPS.least, Math.round(ENOUGH_GFLOP / (batch * gflopOf(width)))));

/** About how much of the whole time a task takes, in units of its own. */
export const weightOf = (task: GrowthTask): number =>
  ((task.corpus ? 2 * stepsOf(task) : 1 + stepsOf(task)) * task.batch * gflopOf(task.width)) / task.threads + 60;
