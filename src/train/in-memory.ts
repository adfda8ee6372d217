import * as v from 'valibot';
import { callback, type Options, signal } from '../arguments.ts';
import { CLASSES } from '../corpus/classes.ts';
import { AttuneError } from '../errors.ts';
import { DEFAULT_FRONT_END, FRONT_END, type FrontEnd } from '../features/front-end.ts';
import { checkArgument, list, SEED, whole } from '../json.ts';
import { ARCHITECTURE, type Architecture, checkFit, DEFAULT_ARCHITECTURE } from '../model/architecture.ts';
import type { Checkpoint } from '../model/checkpoint.ts';
import { dataOf, EXAMPLES, type Example, type FeaturesEvent } from './examples.ts';
import { type TrainingState, train, weightsOf } from './loop.ts';
import { DEFAULT_OPTIMIZER, OPTIMIZER, type Optimizer } from './optimizers/optimizers.ts';
import { DEFAULT_SCHEDULE, type EpochReport, SCHEDULE, type Schedule } from './schedule.ts';

/** A step was made. */
export interface LearningStepEvent {
  /** tells it from others */
  readonly event: 'step';
  /** segments of all epochs that were learned from so far */
  readonly segmentsSeen: number;
  /** segments of all epochs */
  readonly segmentsInAll: number;
}

/** An epoch has ended, and its state was kept. */
export interface LearningEpochEvent extends EpochReport {
  /** tells it from others */
  readonly event: 'epoch';
}

/** What of a training is told as it goes: plain JSON. */
export type LearningEvent = FeaturesEvent | LearningStepEvent | LearningEpochEvent;

/** How a network is trained; every default is the paper's. */
export interface LearningOptions {
  /** names of the classes, in the order of the logits; default: the labels of the examples, in the order in which they first come */
  readonly classes?: readonly string[];
  /** its `classes` must be as many as there are names; default: the paper's network with so many */
  readonly architecture?: Architecture;
  /** from waveforms to the network's input, in training and in use */
  readonly frontEnd?: FrontEnd;
  /** how long and how fast to learn */
  readonly schedule?: Schedule;
  /** constants of the gradient descent */
  readonly optimizer?: Optimizer;
  /** of initial weights and shuffling, a whole number from 0 to 2^32 - 1; default 1. The same gives the same bytes on the same machine */
  readonly seed?: number;
  /** threads within one operator; default 1. A page must be cross-origin isolated for more */
  readonly threads?: number;
  /** where a former training stood; it goes on from there, with the same examples and options, as if it had not stopped */
  readonly resume?: TrainingState;
  /** stops the training between two steps: it throws the signal's reason */
  readonly signal?: AbortSignal;
  /** told of the training as it goes */
  readonly onEvent?: (event: LearningEvent) => void;
  /** given the state after each epoch, to be kept for `resume`, and awaited */
  readonly onState?: (state: TrainingState) => Promise<void> | void;
}

const OPTIONS = v.strictObject({
  ...{ classes: v.optional(CLASSES), architecture: v.optional(ARCHITECTURE), frontEnd: v.optional(FRONT_END) },
  ...{ schedule: v.optional(SCHEDULE), optimizer: v.optional(OPTIMIZER), seed: v.optional(SEED) },
  ...{ threads: v.optional(whole(1)), signal: v.optional(signal), onEvent: v.optional(callback) },
  onState: v.optional(callback),
  resume: v.optional(v.looseObject({ tensors: v.looseObject({}), history: list(v.looseObject({})) }) as never),
} satisfies Options<LearningOptions>);

/**
 * Trains a network on sound in memory, without files or processes, in Node or in a page; in a worker of the page where it is to stay
 * responsive. Features take 320 kB a segment with the paper's front end.
 *
 * @returns a checkpoint for `createRecognizer`; `writeCheckpoint` makes bytes of it
 * @throws AttuneError `usage` where an argument is none, a label is not among the classes, or features are of another size; `audio` where
 *   a waveform is empty or at another rate; `run` where there are fewer than two segments or training diverges; the signal's reason where
 *   it is aborted
 *
 * @example
 * ```ts
 * import { createRecognizer, DEFAULT_ARCHITECTURE } from 'attune';
 * import { DEFAULT_SCHEDULE, trainNetwork } from 'attune/train';
 *
 * const tone = (hertz: number) => Float32Array.from({ length: 32_000 }, (_, i) => Math.sin((2 * Math.PI * hertz * i) / 16_000));
 * const example = (label: string, hertz: number) => ({ label, waveform: { samples: tone(hertz), sampleRate: 16_000 } });
 * const examples = [example('low', 300), example('low', 350), example('high', 2000), example('high', 2100)];
 * const checkpoint = await trainNetwork(examples, {
 *   architecture: { ...DEFAULT_ARCHITECTURE, classes: 2, width: 0.125 }, // small, to see that it works
 *   schedule: { ...DEFAULT_SCHEDULE, epochs: 1 },
 *   onEvent: (event) => event.event === 'epoch' && console.log(`epoch ${event.epoch}: loss ${event.loss.toFixed(3)}`),
 * });
 * const recognizer = await createRecognizer(checkpoint);
 * await recognizer.close();
 * ```
 */
export async function trainNetwork(examples: readonly Example[], options: LearningOptions = {}): Promise<Checkpoint> {
  checkArgument(examples, EXAMPLES, 'the examples');
  checkArgument(options, OPTIONS, 'the options');
  const { classes = [...new Set(examples.map(({ label }) => label))], frontEnd = DEFAULT_FRONT_END } = options;
  const { architecture = { ...DEFAULT_ARCHITECTURE, classes: classes.length } } = options;
  const { schedule = DEFAULT_SCHEDULE, optimizer = DEFAULT_OPTIMIZER, seed = 1, threads = 1 } = options;
  const { resume, signal, onEvent, onState } = options;
  checkArgument(classes, CLASSES, 'the classes');
  if (architecture.classes !== classes.length)
    throw new AttuneError(
      'usage',
      `expected an architecture of ${classes.length} classes, got ${architecture.classes}`,
    );
  checkFit(architecture, frontEnd);
  const data = await dataOf(examples, { classes, frontEnd, threads, signal, onEvent });
  const segmentsInAll = data.labels.length * schedule.epochs;
  const state = await train(data, {
    ...{ architecture, schedule, optimizer, seed, threads, resume, signal },
    onStep: (segmentsSeen) => onEvent?.({ event: 'step', segmentsSeen, segmentsInAll }),
    async onEpoch(state) {
      await onState?.(state);
      onEvent?.({ event: 'epoch', ...state.history.at(-1)! });
    },
  });
  const notes = { history: JSON.stringify(state.history) };
  return { architecture, frontEnd, classes, tensors: weightsOf(state), notes };
}
