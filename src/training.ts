/**
 * Training without files or processes, in Node and in pages: {@link trainNetwork} makes a checkpoint of labelled sound in memory, which
 * {@link attune!createRecognizer | createRecognizer} takes, and {@link writeCheckpoint} makes bytes of. Nothing is uploaded.
 *
 * ```ts
 * import { readFile } from 'node:fs/promises';
 * import { DEFAULT_ARCHITECTURE, toWaveform } from 'attune';
 * import { DEFAULT_SCHEDULE, trainNetwork, writeCheckpoint } from 'attune/train';
 *
 * const { waveform } = await toWaveform(await readFile('call.wav'), 'call.wav');
 * const mirrored = { ...waveform, samples: waveform.samples.slice().reverse() };
 * const examples = [{ label: 'forwards', waveform }, { label: 'backwards', waveform: mirrored }];
 * const checkpoint = await trainNetwork(examples, {
 *   architecture: { ...DEFAULT_ARCHITECTURE, classes: 2, width: 0.125 },
 *   schedule: { ...DEFAULT_SCHEDULE, epochs: 1 },
 * });
 * const bytes = writeCheckpoint(checkpoint);
 * ```
 *
 * @module attune/train
 */
export { writeCheckpoint } from './model/checkpoint.ts';
export type { Example, FeaturesEvent, FeaturesExample, SoundExample } from './train/examples.ts';
export {
  type LearningEpochEvent,
  type LearningEvent,
  type LearningOptions,
  type LearningStepEvent,
  trainNetwork,
} from './train/in-memory.ts';
export type { TrainingState } from './train/loop.ts';
export type { Adam, AdamW } from './train/optimizers/adam.ts';
export {
  DEFAULT_OPTIMIZER,
  OPTIMIZER_DEFAULTS,
  type Optimizer,
  type OptimizerName,
} from './train/optimizers/optimizers.ts';
export type { Sgd } from './train/optimizers/sgd.ts';
export { DEFAULT_SCHEDULE, type EpochReport, type Schedule } from './train/schedule.ts';
