import { AttuneError } from '../errors.ts';
import { SPECTROGRAM_SIZE } from '../features/extractor.ts';
import { BINS, FRAMES } from '../features/spectrogram.ts';
import { createSession, type Session, type Values } from '../graph/session.ts';
import type { Architecture } from '../model/architecture.ts';
import { initialWeights } from '../model/initialize.ts';
import { Random } from '../random.ts';
import { type Conv1Moments, conv1Moments, worthMoments } from './conv1-moments.ts';
import { checkSchedule, type EpochReport, learningRateAt, type Schedule } from './schedule.ts';
import { momentumName, type Optimizer, trainingGraph } from './step.ts';

/** The segments to learn from. They are read as they are needed, so they may be more than memory holds. */
export interface TrainingData {
  /** the class of each segment, an index */
  readonly labels: readonly number[];
  /** writes the spectrogram of a segment, `[1, 400, 200]`, into `target`; what augmentation makes of it may differ from epoch to epoch */
  readonly read: (segment: number, target: Float32Array, epoch: number) => void;
  /** what errors call a segment; absent: its number */
  readonly nameOf?: (segment: number) => string;
  /** which of a number of spectrograms that is, where the same ones come again; training is faster then */
  readonly repeated?: {
    readonly count: number;
    /** 0 to count - 1; equal for equal spectrograms alone */
    readonly which: (segment: number, epoch: number) => number;
  };
}

/** Where training stands between two epochs: enough to go on as if nothing had happened. */
export interface TrainingState {
  /** parameters and running statistics by name, momentum as `momentum.<parameter>` */
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
  /** goes on from here */
  readonly resume?: TrainingState | undefined;
  /** called after each epoch and awaited */
  readonly onEpoch?: (state: TrainingState) => Promise<void> | void;
  /** called after each step with the number of segments seen in all epochs */
  readonly onStep?: (segmentsSeen: number) => void;
}

/** The state before the first epoch. */
export function initialState(architecture: Architecture, seed: number): TrainingState {
  const weights = initialWeights(architecture, seed);
  const momentum = Object.entries(weights)
    .filter(([name]) => !name.includes('.running_'))
    .map(([name, { data, shape }]) => [momentumName(name), { data: new Float32Array(data.length), shape }] as const);
  return { tensors: { ...weights, ...Object.fromEntries(momentum) }, history: [] };
}

/** Parameters and running statistics alone, without momentum: what inference needs. */
export const weightsOf = ({ tensors }: TrainingState): Record<string, Values> =>
  Object.fromEntries(Object.entries(tensors).filter(([name]) => !name.startsWith(momentumName(''))));

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
 * @throws AttuneError `usage` where the schedule or a label is out of range; `run` where there are fewer than two segments or the
 *   spectrograms, loss or weights hold what is no finite number
 */
export async function train(data: TrainingData, options: TrainingOptions): Promise<TrainingState> {
  checkSchedule(options.schedule);
  checkData(data, options.architecture.classes);
  const moments = momentsOf(data, options);
  const graph = trainingGraph(options.architecture, { bins: BINS, frames: FRAMES }, options.optimizer, {
    moments: moments !== undefined,
  });
  performance.mark('attune:graph-built');
  const session = await createSession(graph, { threads: options.threads });
  performance.mark('attune:session-loaded');
  try {
    let state = options.resume ?? initialState(options.architecture, options.seed);
    while (state.history.length < options.schedule.epochs) {
      state = await trainEpoch(session, data, moments, state, options);
      await options.onEpoch?.(state);
    }
    return state;
  } finally {
    await session.close();
    await moments?.close();
  }
}

function momentsOf({ repeated }: TrainingData, { architecture, threads }: TrainingOptions): Conv1Moments | undefined {
  const worth = repeated && worthMoments(architecture, repeated.count);
  return worth ? conv1Moments(architecture, repeated.count, threads) : undefined;
}

async function trainEpoch(
  session: Session,
  data: TrainingData,
  moments: Conv1Moments | undefined,
  before: TrainingState,
  { schedule, seed, onStep }: TrainingOptions,
): Promise<TrainingState> {
  const epoch = before.history.length + 1;
  const learningRate = learningRateAt(schedule, epoch);
  const count = data.labels.length;
  let { tensors } = before;
  let [loss, right, seen] = [0, 0, before.history.length * count];
  for (const batch of batches(count, schedule.batchSize, Random.named(seed, `epoch ${epoch}`))) {
    const target = batch.map((segment) => data.labels[segment]!);
    const spectrograms = readBatch(data, batch, epoch);
    const out = await session.run({
      ...tensors,
      ...(moments && (await moments.feeds(whichOf(data, batch, epoch), spectrograms))),
      spectrograms: { data: spectrograms, shape: [batch.length, 1, BINS, FRAMES] },
      target: { data: BigInt64Array.from(target, BigInt), shape: [batch.length] },
      learning_rate: { data: Float32Array.of(learningRate), shape: [] },
    });
    tensors = Object.fromEntries(Object.keys(tensors).map((name) => [name, out[`new.${name}`]!]));
    loss += (out.loss!.data[0] as number) * batch.length;
    right += countRight(out.logits!, target);
    seen += batch.length;
    if (!Number.isFinite(loss)) {
      checkSpectrograms(data, batch, spectrograms);
      throw diverged(`the loss is ${loss}`, epoch);
    }
    onStep?.(seen);
    await new Promise((resolve) => setTimeout(resolve)); // the runtime blocks the event loop; let messages through
  }
  for (const [name, { data: values }] of Object.entries(tensors))
    if (!(values as Float32Array).every(Number.isFinite)) throw diverged(`${name} holds no finite numbers`, epoch);
  return {
    tensors,
    history: [...before.history, { epoch, learningRate, loss: loss / count, accuracy: right / count }],
  };
}

const diverged = (what: string, epoch: number) =>
  new AttuneError('run', `${what} in epoch ${epoch}: training has diverged; give a lower learning rate`);

/** Tells a network that diverged from one that was given no numbers. */
function checkSpectrograms({ nameOf }: TrainingData, batch: readonly number[], spectrograms: Float32Array): void {
  const at = spectrograms.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return;
  const segment = batch[Math.floor(at / SPECTROGRAM_SIZE)]!;
  throw new AttuneError(
    'run',
    `expected finite numbers in the spectrogram of ${nameOf?.(segment) ?? `segment ${segment}`}, got ${spectrograms[at]}; its features are damaged: give another --cache, or take the recording out`,
  );
}

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

function readBatch(data: TrainingData, batch: readonly number[], epoch: number): Float32Array {
  const spectrograms = new Float32Array(batch.length * SPECTROGRAM_SIZE);
  batch.forEach((segment, i) => {
    data.read(segment, spectrograms.subarray(i * SPECTROGRAM_SIZE, (i + 1) * SPECTROGRAM_SIZE), epoch);
  });
  return spectrograms;
}

function countRight({ data, shape }: Values, target: readonly number[]): number {
  const classes = shape[1]!;
  return target.filter((label, i) => {
    const row = Array.from((data as Float32Array).subarray(i * classes, (i + 1) * classes));
    return row.indexOf(Math.max(...row)) === label;
  }).length;
}
