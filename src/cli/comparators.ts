import { type Command, InvalidArgumentError, Option } from 'commander';
import { AttuneError } from '../errors.ts';
import { formOf } from '../features/features.ts';
import { DEFAULT_LOG_FRONT_END, type FrontEnd } from '../features/front-end.ts';
import { DEFAULT_MFCC_FRONT_END } from '../features/mfcc/front-end.ts';
import { SEGMENT_LENGTHS, type Segmentation } from '../features/segmentation.ts';
import { DEFAULT_CNN_LSTM } from '../model/cnn-lstm/architecture.ts';
import { DEFAULT_LIGHT_SERNET } from '../model/light-sernet/architecture.ts';
import { DEFAULT_TWO_STEP } from '../model/two-step/architecture.ts';
import type { RunOptions } from '../run/run-files.ts';
import { DEFAULT_TUNING } from '../run/tuning.ts';
import { within } from './values.ts';

/** Networks with a front end of their own, which `--system` alone asks for (docs/decisions/comparators.md). */
export const COMPARATORS = ['cnn-lstm', 'two-step', 'light-sernet'] as const;
export type Comparator = (typeof COMPARATORS)[number];

/** What the user gave of the options that {@link addComparatorOptions} adds. */
export interface ComparatorFlags {
  binHertz: 10 | 20;
  threshold?: number | 'tuned';
  innerFolds: number;
  segmentSeconds?: number;
}

/** What each of them has of these. */
export const OF_COMPARATORS: Readonly<Record<Comparator, readonly (keyof ComparatorFlags)[]>> = {
  'cnn-lstm': ['binHertz'],
  'two-step': ['binHertz', 'threshold', 'innerFolds'],
  'light-sernet': ['segmentSeconds'],
};

export const addComparatorOptions = (command: Command): Command =>
  command
    .addOption(
      new Option(
        '--bin-hertz <n>',
        'with --system cnn-lstm and two-step: between the bins of its spectrogram, 10 or 20',
      )
        .argParser(binHertz)
        .default(DEFAULT_LOG_FRONT_END.binHertz),
    )
    .option(
      '--threshold <p>',
      `with --system two-step: the answer is neutral from this probability of neutral on, or "tuned": chosen by groups of training speakers (default: ${DEFAULT_TWO_STEP.threshold})`,
      threshold,
    )
    .option(
      '--segment-seconds <s>',
      `with --system light-sernet: length of a segment; its authors have 3 and 7 (default: ${DEFAULT_MFCC_FRONT_END.segmentSeconds})`,
      within(...SEGMENT_LENGTHS),
    );

function binHertz(text: string): 10 | 20 {
  if (text !== '10' && text !== '20') throw new InvalidArgumentError('Expected 10 or 20.');
  return text === '10' ? 10 : 20;
}

const threshold = (text: string) => (text === 'tuned' ? text : within(0, 1)(text));

export const isComparator = (name: string | undefined): name is Comparator =>
  (COMPARATORS as readonly (string | undefined)[]).includes(name);

/**
 * The front end and the network of one of them.
 *
 * @param cut what the user says of segments, whatever is made of them
 * @throws AttuneError `usage` where it cannot tell these classes
 */
export function comparatorOf(
  name: Comparator,
  flags: ComparatorFlags,
  cut: Pick<Segmentation, 'shortUtterances' | 'offset' | 'shortInUse'>,
  classes: readonly string[],
): Pick<RunOptions, 'frontEnd' | 'architecture' | 'tune'> {
  if (name === 'light-sernet') return lightSernet(flags, cut, classes.length);
  const { binHertz, threshold = DEFAULT_TWO_STEP.threshold, innerFolds } = flags;
  const frontEnd: FrontEnd = { ...DEFAULT_LOG_FRONT_END, binHertz, ...cut };
  const [, bins, frames] = formOf(frontEnd).shape as [number, number, number];
  const sizes = { classes: classes.length, bins, frames };
  if (name === 'cnn-lstm') return { frontEnd, architecture: { ...DEFAULT_CNN_LSTM, ...sizes } };
  const twoStep = { ...DEFAULT_TWO_STEP, ...sizes, neutral: neutralOf(classes) };
  if (threshold === 'tuned') return { frontEnd, architecture: twoStep, tune: { ...DEFAULT_TUNING, innerFolds } };
  return { frontEnd, architecture: { ...twoStep, threshold } };
}

function lightSernet(
  { segmentSeconds = DEFAULT_MFCC_FRONT_END.segmentSeconds }: ComparatorFlags,
  cut: Parameters<typeof comparatorOf>[2],
  classes: number,
): ReturnType<typeof comparatorOf> {
  const hops = { trainHopSeconds: segmentSeconds, testHopSeconds: segmentSeconds };
  const frontEnd: FrontEnd = { ...DEFAULT_MFCC_FRONT_END, segmentSeconds, ...hops, ...cut };
  return { frontEnd, architecture: { ...DEFAULT_LIGHT_SERNET, classes, frames: formOf(frontEnd).shape[2]! } };
}

/** Where the class stands that step one asks for. */
function neutralOf(classes: readonly string[]): number {
  const at = classes.indexOf('neutral');
  if (at >= 0 && classes.length > 2) return at;
  throw new AttuneError(
    'usage',
    `--system two-step asks whether speech is neutral, and then which of the others it is: expected a class neutral and two or more others, got ${classes.join(', ')}; map labels to such classes with --labels, or name another system`,
  );
}
