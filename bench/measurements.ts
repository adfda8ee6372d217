import { createExtractor } from '../src/features/extractor.ts';
import { DEFAULT_FRONT_END } from '../src/features/front-end.ts';
import { SEGMENT_SAMPLES } from '../src/features/segments.ts';
import { BINS, FRAMES } from '../src/features/spectrogram.ts';
import * as f from '../src/graph/functions.ts';
import { Graph } from '../src/graph/graph.ts';
import { createSession } from '../src/graph/session.ts';
import { type Architecture, createNetwork, DEFAULT_ARCHITECTURE } from '../src/model/architecture.ts';
import { DEFAULT_CNN_LSTM } from '../src/model/cnn-lstm/architecture.ts';
import { initialWeights } from '../src/model/initialize.ts';
import { Random } from '../src/random.ts';
import { type TrainingData, train } from '../src/train/loop.ts';
import { DEFAULT_OPTIMIZER, OPTIMIZER_DEFAULTS, type Optimizer } from '../src/train/optimizers/optimizers.ts';
import { DEFAULT_SCHEDULE } from '../src/train/schedule.ts';

/** Networks that are raced, and how each learns; the shape is that of a segment's features. */
const NETWORKS = {
  attention: {
    ...{
      architecture: DEFAULT_ARCHITECTURE,
      shape: [1, BINS, FRAMES] as readonly number[],
      optimizer: DEFAULT_OPTIMIZER,
    },
  },
  'cnn-lstm': {
    ...{ architecture: DEFAULT_CNN_LSTM, optimizer: OPTIMIZER_DEFAULTS.adam.optimizer },
    shape: [1, DEFAULT_CNN_LSTM.bins, DEFAULT_CNN_LSTM.frames] as readonly number[],
  },
};
const networkOf = ({ network = 'attention' }: Task) => NETWORKS[network];
const sizeOf = (shape: readonly number[]) => shape.reduce((product, side) => product * side, 1);

/** What one process of its own measures. */
export interface Task {
  readonly what: keyof typeof MEASUREMENTS;
  readonly threads: number;
  /** timed repetitions, after one that is not timed */
  readonly repetitions: number;
  /** segments a repetition */
  readonly batch: number;
  /** that learns or is used; absent: the paper's, with attention pooling */
  readonly network?: keyof typeof NETWORKS;
}

/** What it found. */
export interface Timing {
  /** of each repetition */
  readonly seconds: readonly number[];
  /** of the process, from its start */
  readonly peakRssMb: number;
}

/** Rows and columns of the matrices that are multiplied. */
export const SGEMM_SIZE = 1536;

export const noise = (length: number) => {
  const random = new Random(1);
  return Float32Array.from({ length }, () => random.uniform(-1, 1));
};

/** The runtime's product of two square matrices. One row is fetched: copying the whole would count as multiplying. */
async function sgemm({ threads, repetitions }: Task): Promise<number[]> {
  const shape = [SGEMM_SIZE, SGEMM_SIZE];
  const graph = new Graph();
  const product = f.matmul(graph.input('a', shape), graph.input('b', shape));
  graph.output('row', f.slice(product, [0], [0], [1]));
  const session = await createSession(graph, { threads });
  const feeds = { a: { data: noise(SGEMM_SIZE ** 2), shape }, b: { data: noise(SGEMM_SIZE ** 2), shape } };
  return repeat(repetitions, () => session.run(feeds));
}

/** Segments to learn from whose features lie in memory, as the cache's do after an epoch. */
export function noiseData(segments: number, shape: readonly number[] = NETWORKS.attention.shape): TrainingData {
  const size = sizeOf(shape);
  const shared = noise(2 * size);
  return {
    labels: Array.from({ length: segments }, (_, i) => i % DEFAULT_ARCHITECTURE.classes),
    shape,
    read(segment, target) {
      const first = (segment * 97) % size;
      target.set(shared.subarray(first, first + size));
    },
    repeated: { count: segments, which: (segment) => segment },
  };
}

export interface TimedTraining {
  readonly architecture: Architecture;
  /** default: the paper's */
  readonly optimizer?: Optimizer;
  readonly threads: number;
  /** steps before those that are timed, one at least */
  readonly untimed: number;
  readonly timed: number;
}

/**
 * Seconds of each timed step of the training loop.
 *
 * @param data a batch: an epoch is a step
 */
export async function timeTraining(data: TrainingData, { untimed, timed, ...options }: TimedTraining) {
  const ends: number[] = [];
  await train(data, {
    ...{ optimizer: DEFAULT_OPTIMIZER, ...options },
    schedule: { ...DEFAULT_SCHEDULE, epochs: untimed + timed, batchSize: data.labels.length },
    seed: 1,
    onStep: () => void ends.push(performance.now()),
  });
  return ends.slice(untimed).map((end, i) => (end - ends[untimed + i - 1]!) / 1000);
}

/** On noise: as in most epochs of training, no segment is new after the first step. */
function training(task: Task): Promise<number[]> {
  const { threads, repetitions, batch } = task;
  const { architecture, shape, optimizer } = networkOf(task);
  const options = { architecture, optimizer, threads, untimed: 1, timed: repetitions };
  return timeTraining(noiseData(batch, shape), options);
}

/** The network alone as the recogniser builds it: constant weights, blocked layouts. */
async function inference(task: Task): Promise<number[]> {
  const { threads, repetitions, batch } = task;
  const { architecture, shape } = networkOf(task);
  const graph = new Graph();
  const x = graph.input('spectrograms', ['batch', ...shape]);
  const logits = createNetwork(architecture).inUse(x, initialWeights(architecture, 1));
  graph.output('probabilities', f.softmax(logits, 1));
  const session = await createSession(graph, { threads, optimization: 'all' });
  const spectrograms = { data: noise(batch * sizeOf(shape)), shape: [batch, ...shape] };
  return repeat(repetitions, () => session.run({ spectrograms }));
}

/** Segments of 2 s to spectrograms. */
async function frontEnd({ threads, repetitions, batch }: Task): Promise<number[]> {
  const extractor = await createExtractor(DEFAULT_FRONT_END, threads);
  const samples = noise(batch * SEGMENT_SAMPLES);
  const segments = Array.from({ length: batch }, (_, i) =>
    samples.subarray(i * SEGMENT_SAMPLES, (i + 1) * SEGMENT_SAMPLES),
  );
  return repeat(repetitions, () => extractor.extract(segments));
}

export const MEASUREMENTS = { sgemm, training, inference, frontEnd };

/** Seconds of each run after the first. */
async function repeat(times: number, run: () => Promise<unknown>): Promise<number[]> {
  await run();
  const seconds: number[] = [];
  for (let i = 0; i < times; i++) {
    const began = performance.now();
    await run();
    seconds.push((performance.now() - began) / 1000);
  }
  return seconds;
}
