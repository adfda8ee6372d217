import { AttuneError } from '../errors.ts';
import { createSession, type Session, type Values } from '../graph/session.ts';
import { type Architecture, createNetwork } from '../model/architecture.ts';
import { frozen } from '../model/frozen.ts';
import { initialWeights } from '../model/initialize.ts';
import type { Network, Weights } from '../model/network.ts';
import { Random } from '../random.ts';
import { countRight, readBatch } from './batch.ts';
import { drawMasks } from './dropout.ts';
import { checkFeatures } from './finite-features.ts';
import { type Kept, keep, mayKeep } from './once.ts';
import { DEFAULT_OPTIMIZER, initialOptimizerState, isOptimizerState, type Optimizer } from './optimizers/optimizers.ts';
import { checkSchedule, type EpochReport, learningRateAt, type Schedule } from './schedule.ts';
import { settled } from './settle.ts';
import { trainingGraph } from './step.ts';

/** The segments to learn from. They are read as they are needed, so they may be more than memory holds. */
export interface TrainingData {
  /** the class of each segment, an index */
  readonly labels: readonly number[];
  /** who speaks in each; absent: nobody knows */
  readonly speakers?: readonly string[];
  /** of the features of one segment, such as `[1, 400, 200]` */
  readonly shape: readonly number[];
  /** writes the features of a segment into `target`; what augmentation makes of it may differ from epoch to epoch */
  readonly read: (segment: number, target: Float32Array, epoch: number) => void;
  /** altered copies of segments, for a network that settles by them; absent: there are none */
  readonly copies?: {
    /** of each segment */
    readonly count: number;
    /** writes the features of a copy, 0 to count - 1, into `target`; false: it has no such segment */
    readonly read: (segment: number, copy: number, target: Float32Array) => boolean;
  };
  /** what errors call a segment; absent: its number */
  readonly nameOf?: (segment: number) => string;
  /** of a network over sequences: what of them is more than of segments; `shape` is that of a frame then, and `read` writes all frames */
  readonly sequences?: Sequences;
  /** which of a number of inputs that is, where the same ones come again; training is faster then */
  readonly repeated?: {
    readonly count: number;
    /** 0 to count - 1; equal for equal features alone */
    readonly which: (segment: number, epoch: number) => number;
  };
}

/** What sequences are, and what their frames are said to be. */
export interface Sequences {
  /** frames of a segment, 1 or more */
  readonly length: (segment: number) => number;
  /** writes shares of each output for each frame, which sum to 1, to `[frames, outputs]` */
  readonly target: (segment: number, target: Float32Array) => void;
}

/** Where training stands between two epochs: enough to go on as if nothing had happened. */
export interface TrainingState {
  /** parameters and running statistics by name, what the optimiser keeps of a parameter as `momentum.<parameter>` */
  readonly tensors: Readonly<Record<string, Values>>;
  /** the epochs that are done, in order */
  readonly history: readonly EpochReport[];
}

export interface TrainingOptions {
  readonly architecture: Architecture;
  readonly schedule: Schedule;
  readonly optimizer: Optimizer;
  /** of initial weights and shuffling */
  readonly seed: number;
  readonly threads: number;
  /** parameters and running statistics to start from; absent: drawn by the seed */
  readonly start?: Weights | undefined;
  /** learns the head alone: all else, running statistics too, stays as it starts; absent: no */
  readonly freeze?: boolean | undefined;
  /** goes on from here */
  readonly resume?: TrainingState | undefined;
  /** aborted, training ends between two steps and throws its reason */
  readonly signal?: AbortSignal | undefined;
  /** called after each epoch and awaited */
  readonly onEpoch?: (state: TrainingState) => Promise<void> | void;
  /** called after each step with the number of segments seen in all epochs */
  readonly onStep?: (segmentsSeen: number) => void;
}

/** What of training decides what the optimiser keeps. */
export type Learning = Pick<TrainingOptions, 'optimizer' | 'freeze'>;

/** What the optimiser keeps of what is learned, before the first epoch. */
export function optimizerState(network: Network, { optimizer, freeze }: Learning): Record<string, Values> {
  const learned = freeze ? network.head.parameters : [...network.parameters.keys()];
  return Object.assign(
    {},
    ...learned.map((name) => initialOptimizerState(optimizer, name, network.parameters.get(name)!.shape)),
  );
}

/** The state before the first epoch. */
export function initialState(
  architecture: Architecture,
  seed: number,
  optimizer: Optimizer = DEFAULT_OPTIMIZER,
  { start, freeze }: Pick<TrainingOptions, 'start' | 'freeze'> = {},
): TrainingState {
  const weights = start ?? initialWeights(architecture, seed);
  return {
    tensors: { ...weights, ...optimizerState(createNetwork(architecture), { optimizer, freeze }) },
    history: [],
  };
}

/** A state is gone on from by the network and the optimiser that made it. */
function checkResume(tensors: TrainingState['tensors'], start: TrainingState['tensors']): void {
  const shapeOf = (values: Values | undefined) => (values ? `[${values.shape}]` : 'none');
  const wrong = Object.keys({ ...start, ...tensors }).find((name) => shapeOf(tensors[name]) !== shapeOf(start[name]));
  if (wrong !== undefined)
    throw new AttuneError(
      'usage',
      `expected resume to be a state of this network and optimizer, whose ${wrong} is ${shapeOf(start[wrong])}, got ${shapeOf(tensors[wrong])}; give the options that it was made with`,
    );
}

/** Parameters and running statistics alone, without what the optimiser keeps: what inference needs. */
export const weightsOf = ({ tensors }: TrainingState): Record<string, Values> =>
  Object.fromEntries(Object.entries(tensors).filter(([name]) => !isOptimizerState(name)));

/**
 * An epoch's segments in a new order, cut into batches. The last batch keeps its true size; a single segment left over joins the
 * batch before it, for batch normalisation needs two.
 */
export function batches(count: number, batchSize: number, random: Random): number[][] {
  const order = random.shuffle(Array.from({ length: count }, (_, i) => i));
  const out: number[][] = [];
  for (let first = 0; first < count; first += batchSize) out.push(order.slice(first, first + batchSize));
  if (out.length > 1 && out.at(-1)!.length === 1) out.at(-2)!.push(...out.pop()!);
  return out;
}

/**
 * Trains a network; the last epoch's state is the result. Equal data, options, runtime and processor give equal bytes, also where
 * training was stopped between epochs and resumed.
 *
 * @throws AttuneError `usage` where the schedule or a label is out of range, or `resume` of another network or optimiser; `run` where there are fewer than two segments or the
 *   features, loss or weights hold what is no finite number
 */
export async function train(data: TrainingData, options: TrainingOptions): Promise<TrainingState> {
  checkSchedule(options.schedule);
  const whole = createNetwork(options.architecture);
  checkData(data, whole.classes);
  const start = initialState(options.architecture, options.seed, options.optimizer, options);
  if (options.resume) checkResume(options.resume.tensors, start.tensors);
  let state = options.resume ?? start;
  if (!options.resume && !options.start)
    state = { ...state, tensors: await settled(whole, data, state.tensors, options) };
  const network = options.freeze || whole.settle ? frozen(whole, weightsOf(state)) : whole;
  const kept = keptOf(network, data, options);
  const graph = trainingGraph(network, data.shape, options.optimizer, {
    ...{ once: kept !== undefined, dropout: true, clipNorm: options.schedule.clipNorm },
  });
  performance.mark('attune:graph-built');
  const session = await createSession(graph, { threads: options.threads });
  performance.mark('attune:session-loaded');
  try {
    while (state.history.length < options.schedule.epochs) {
      state = await trainEpoch({ session, network, data, kept }, state, options);
      await options.onEpoch?.(state);
    }
    return state;
  } finally {
    await session.close();
    await kept?.close();
  }
}

/** What the network wants of each input, where the same ones come again and it fits. */
function keptOf({ once }: Network, { repeated, shape }: TrainingData, { threads }: TrainingOptions): Kept | undefined {
  if (!once || !repeated || !mayKeep(once, repeated.count)) return undefined;
  return keep(once, { count: repeated.count, input: shape, threads });
}

interface Training {
  readonly session: Session;
  readonly network: Network;
  readonly data: TrainingData;
  readonly kept: Kept | undefined;
}

async function trainEpoch(
  { session, network, data, kept }: Training,
  before: TrainingState,
  { schedule, seed, signal, onStep }: TrainingOptions,
): Promise<TrainingState> {
  const epoch = before.history.length + 1;
  const learningRate = learningRateAt(schedule, epoch);
  const count = data.labels.length;
  const changes = (name: string) =>
    network.parameters.has(name) || network.statistics.has(name) || isOptimizerState(name);
  const changing = Object.entries(before.tensors).filter(([name]) => changes(name));
  let tensors: TrainingState['tensors'] = Object.fromEntries(changing);
  let [loss, right, seen] = [0, 0, before.history.length * count];
  for (const [step, batch] of batches(count, schedule.batchSize, Random.named(seed, `epoch ${epoch}`)).entries()) {
    signal?.throwIfAborted();
    const target = batch.map((segment) => data.labels[segment]!);
    const { numbers: features, ...fed } = readBatch(data, batch, epoch, network);
    const out = await session.run({
      ...tensors,
      ...(kept && (await kept.feeds(whichOf(data, batch, epoch), features))),
      ...drawMasks(network, batch.length, (name) => Random.named(seed, `epoch ${epoch}, step ${step + 1}, ${name}`)),
      ...fed,
      learning_rate: { data: Float32Array.of(learningRate), shape: [] },
    });
    tensors = Object.fromEntries(Object.keys(tensors).map((name) => [name, out[`new.${name}`]!]));
    loss += (out.loss!.data[0] as number) * batch.length;
    const lengths = batch.map((segment) => data.sequences?.length(segment));
    right += countRight(out.logits!, target, lengths, network.classes);
    seen += batch.length;
    if (!Number.isFinite(loss)) {
      checkFeatures(data, batch, features);
      throw diverged(`the loss is ${loss}`, epoch);
    }
    onStep?.(seen);
    await new Promise((resolve) => setTimeout(resolve)); // the runtime blocks the event loop; let messages through
  }
  for (const [name, { data: values }] of Object.entries(tensors))
    if (!(values as Float32Array).every(Number.isFinite)) throw diverged(`${name} holds no finite numbers`, epoch);
  return {
    tensors: { ...before.tensors, ...tensors },
    history: [...before.history, { epoch, learningRate, loss: loss / count, accuracy: right / count }],
  };
}

const diverged = (what: string, epoch: number) =>
  new AttuneError('run', `${what} in epoch ${epoch}: training has diverged; give a lower learning rate`, {
    isFinal: true,
  });

function checkData({ labels }: TrainingData, classes: number): void {
  if (labels.length < 2)
    throw new AttuneError(
      'run',
      `expected two segments or more to train on, got ${labels.length}; add recordings, or keep short ones`,
    );
  const wrong = labels.find((label) => !(Number.isInteger(label) && label >= 0 && label < classes));
  if (wrong !== undefined) throw new AttuneError('usage', `expected labels from 0 to ${classes - 1}, got ${wrong}`);
}

const whichOf = ({ repeated }: TrainingData, batch: readonly number[], epoch: number) =>
  batch.map((segment) => repeated!.which(segment, epoch));
