import { SAMPLE_RATE } from '../audio/waveform.ts';
import { few } from '../corpus/findings.ts';
import type { Fold } from '../corpus/utterance.ts';
import { AttuneError } from '../errors.ts';
import { FRAME_SAMPLES, HOP_SAMPLES } from '../features/descriptors/frames.ts';
import type { AnyFrontEnd } from '../features/descriptors/front-end.ts';
import type { Manifest, RunOptions } from '../run/run-files.ts';
import { constantsOf } from '../train/learners/elm-settings.ts';
import { cnnTf } from './cnn-tf.ts';
import type { Place, System } from './system.ts';
import { tunedTwoStep } from './two-step.ts';

/**
 * Refuses options that no system knows together.
 *
 * @throws AttuneError `usage`
 */
export function checkSystem({ architecture, frontEnd, elm, augmentation, balance, protocol, tune }: RunOptions): void {
  if (architecture.kind === 'two-step' && !balance)
    throw new AttuneError(
      'usage',
      'a two-step predictor evens the odds of classes that come equally often in training: set `balance`, which is its default',
    );
  if (tune && architecture.kind !== 'two-step')
    throw new AttuneError('usage', '`tune` is for the threshold of a two-step predictor: leave it out');
  if (frontEnd.kind !== 'descriptors') {
    if (elm) throw new AttuneError('usage', `\`elm\` is for a front end of descriptors, got ${kindOf(frontEnd)}`);
    return;
  }
  if (!elm)
    throw new AttuneError(
      'usage',
      'expected `elm`, what hears an utterance behind a front end of descriptors, got none',
    );
  if (augmentation)
    throw new AttuneError('usage', 'altered copies are for networks on segments of sound: leave `augmentation` out');
  if (protocol === 'train-on-all')
    throw new AttuneError(
      'usage',
      'what hears descriptors is for cross-validation: recognition takes networks on segments of sound alone',
    );
}

/**
 * Refuses folds that a system cannot learn from: what chooses by its training speakers leaves some of them out, and learns from the others.
 *
 * @throws AttuneError `run`
 */
export function checkFolds({ elm, tune }: RunOptions, folds: readonly Fold[]): void {
  const chosen = tune ? 'the threshold' : elm && constantsOf(elm).length > 1 ? 'ridge and gamma' : undefined;
  if (chosen === undefined) return;
  const lacking = folds.find(({ train }) => new Set(train.map(({ speaker }) => speaker)).size < 2);
  if (lacking)
    throw new AttuneError(
      'run',
      `fold ${lacking.name} has one training speaker, of whom none can be left out to choose ${chosen} by: add speakers, or give ${tune ? 'a threshold' : 'one of each'}`,
    );
}

/** What is told of a run's recordings before it starts, a line each. */
export function systemWarnings({ frontEnd }: RunOptions, { recordings }: Pick<Manifest, 'recordings'>): string[] {
  if (frontEnd.kind !== 'descriptors' || !frontEnd.segmentFrames) return [];
  const seconds = (FRAME_SAMPLES + (frontEnd.segmentFrames - 1) * HOP_SAMPLES) / SAMPLE_RATE;
  const short = recordings.filter(({ durationSeconds }) => durationSeconds < seconds).map(({ file }) => file);
  if (!short.length) return [];
  const told = `shorter than a segment of ${frontEnd.segmentFrames} frames (${seconds} s)`;
  return [`warning: ${told}, so that their first and last frames stand in for what is missing: ${few(short)}`];
}

const kindOf = ({ kind = 'spectrogram' }: AnyFrontEnd) => kind;

/** The system that a run's options ask for: a network trained by gradient over segments, one whose threshold is chosen, or one with an extreme learning machine behind it. */
export async function systemOf(options: RunOptions, place: Place): Promise<System> {
  const { frontEnd, elm } = options;
  if (frontEnd.kind !== 'descriptors') {
    const { architecture, tune } = options;
    if (tune && architecture.kind === 'two-step')
      return tunedTwoStep({ ...options, architecture, frontEnd, tune }, place);
    return cnnTf({ ...options, frontEnd }, place);
  }
  checkSystem(options);
  const { elmSystem } = await import('./elm/system.ts'); // linear algebra takes long to load
  return elmSystem({ ...options, frontEnd, elm: elm! }, place);
}
