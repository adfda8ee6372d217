import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { classesOf } from '../corpus/classes.ts';
import { PROTOCOLS, type ProtocolName, takesFolds } from '../corpus/protocols.ts';
import type { Corpus } from '../corpus/utterance.ts';
import { AttuneError } from '../errors.ts';
import { ALTERATIONS, type Augmentation } from '../features/augment.ts';
import {
  DEFAULT_FRONT_END,
  type FrontEnd,
  filledInUse,
  OFFSETS,
  type Offset,
  SHORT_IN_USE,
  type ShortInUse,
} from '../features/front-end.ts';
import { SHORT_UTTERANCES, type ShortUtterances } from '../features/segments.ts';
import { SCALINGS, type Scaling } from '../features/spectrogram.ts';
import { mostThreads } from '../graph/device.ts';
import { DEFAULT_ARCHITECTURE } from '../model/architecture.ts';
import { POOLINGS, type Pooling } from '../model/cnn/architecture.ts';
import type { RunOptions } from '../run/run-files.ts';
import { OPTIMIZER_DEFAULTS, OPTIMIZER_NAMES, type OptimizerName } from '../train/optimizers/optimizers.ts';
import { DEFAULT_SCHEDULE } from '../train/schedule.ts';

/** A whole number of `least` or more, to `most` where there is one. */
export const whole =
  (least: number, most = Number.POSITIVE_INFINITY) =>
  (text: string) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    const range = most < Number.POSITIVE_INFINITY ? `from ${least} to ${most}` : `of ${least} or more`;
    throw new InvalidArgumentError(`Expected a whole number ${range}.`);
  };

/** A number of threads or processes. */
export const cores = whole(1, mostThreads());

/** A number above 0. */
export const positive = (text: string) => {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) throw new InvalidArgumentError('Expected a number above 0.');
  return value;
};

const wholeList = (text: string) => (text === '' ? [] : text.split(',').map(whole(1)));

/** Where features are kept between runs: `ATTUNE_CACHE`, else the user's cache folder. Blank variables count as not set. */
const defaultCache = () =>
  setIn('ATTUNE_CACHE') ?? join(setIn('XDG_CACHE_HOME') ?? join(homedir(), '.cache'), 'attune');

const setIn = (variable: string) => (process.env[variable]?.trim() ? process.env[variable] : undefined);

/** The option of everything that reads features. */
export const cacheOption = () =>
  new Option('--cache <dir>', 'folder for features, shared by runs').default(
    defaultCache(),
    'ATTUNE_CACHE, else your cache folder',
  );

/** What the user gave of the options that {@link addTrainingOptions} adds. */
export interface TrainingFlags {
  pooling: Pooling;
  epochs: number;
  batchSize: number;
  optimizer: OptimizerName;
  learningRate?: number;
  decay: number[];
  scaling: Scaling;
  short: ShortUtterances;
  shortInUse?: ShortInUse;
  offset: Offset;
  poolAfter: number[];
  attentionScore: 'sum' | 'mean';
  attentionSoftmax: boolean;
  bilinearNorm: 'sqrt-first' | 'l2-first';
  augment?: (typeof AUGMENTS)[number][];
  copies?: number;
  seed: number;
  threads: number;
  cache: string;
}

/** The option of everything that trains; studies of before it are gone on with by `remove-in-use`. */
export const offsetOption = () =>
  new Option('--offset <what>', 'with the mean of a segment’s samples')
    .choices(OFFSETS)
    .default(DEFAULT_FRONT_END.offset);

const AUGMENTS = [...ALTERATIONS, 'masks'] as const;

const augments = (text: string) => {
  const names = text.split(',').map((name) => name.trim());
  const wrong = names.find((name) => !(AUGMENTS as readonly string[]).includes(name));
  if (wrong !== undefined) throw new InvalidArgumentError(`Expected some of ${AUGMENTS.join(', ')}, parted by commas.`);
  return AUGMENTS.filter((name) => names.includes(name));
};

const DEFAULT_COPIES = 8;

const RATES = OPTIMIZER_NAMES.map((name) => `${OPTIMIZER_DEFAULTS[name].learningRate} for ${name}`).join(', ');

/** The options of everything that trains. The defaults are the method as docs/decisions/method.md pins it down. */
export function addTrainingOptions(command: Command): Command {
  const a = DEFAULT_ARCHITECTURE;
  return command
    .addOption(new Option('--pooling <name>', 'how feature maps become scores').choices(POOLINGS).default(a.pooling))
    .option('--epochs <n>', 'passes over the training data', whole(1), DEFAULT_SCHEDULE.epochs)
    .option('--batch-size <n>', 'segments a step', whole(2), DEFAULT_SCHEDULE.batchSize)
    .addOption(new Option('--optimizer <name>', 'how to step').choices(OPTIMIZER_NAMES).default(OPTIMIZER_NAMES[0]))
    .option('--learning-rate <rate>', `at the start (default: ${RATES})`, positive)
    .option('--decay <epochs>', 'epochs from which on the rate is a tenth', wholeList, [
      ...DEFAULT_SCHEDULE.decayEpochs,
    ])
    .addOption(
      new Option('--scaling <name>', 'of a spectrogram before the mu-law')
        .choices(SCALINGS)
        .default(DEFAULT_FRONT_END.scaling),
    )
    .addOption(
      new Option('--short <what>', 'with utterances under 2 s in training')
        .choices(SHORT_UTTERANCES)
        .default(DEFAULT_FRONT_END.shortUtterances),
    )
    .addOption(
      new Option('--short-in-use <what>', 'with utterances under 2 s that are scored (default: as --short)').choices(
        SHORT_IN_USE,
      ),
    )
    .addOption(offsetOption())
    .option('--pool-after <layers>', 'convolutions followed by a max-pool', wholeList, [...a.poolAfter])
    .addOption(
      new Option('--attention-score <how>', 'maps summed or averaged')
        .choices(['sum', 'mean'])
        .default(a.attentionScore),
    )
    .option('--no-attention-softmax', 'Eq. 8 to the letter')
    .addOption(
      new Option('--bilinear-norm <order>', 'of root and length')
        .choices(['sqrt-first', 'l2-first'])
        .default(a.bilinearNorm),
    )
    .option(
      '--augment <what>',
      `train on altered copies too, altered in ${ALTERATIONS.join(', ')}, and with masks over spectrograms: some of these and "masks", parted by commas`,
      augments,
    )
    .option('--copies <n>', `of each recording, with --augment (default: ${DEFAULT_COPIES})`, whole(1))
    .option('--seed <n>', 'of initial weights, shuffling and augmentation', whole(0), 1)
    .option('--threads <n>', 'within each process', cores, 1)
    .addOption(cacheOption());
}

/** The options that {@link addProtocolOptions} adds. */
export interface ProtocolFlags {
  protocol: ProtocolName;
  folds?: number;
  accept: string[];
}

/** How the corpus is divided, and what its audit may find. */
export function addProtocolOptions(command: Command, protocol: ProtocolName = 'leave-one-speaker-out'): Command {
  const choices = PROTOCOLS.filter((name) => name !== 'train-on-all');
  command
    .addOption(new Option('--protocol <name>', 'how to divide the corpus').choices(choices).default(protocol))
    .option('--folds <n>', `for speaker-folds and random-leaking (default: ${DEFAULT_FOLDS} there)`, whole(2));
  return addAcceptOption(command);
}

/** What the audit of the corpus may find. */
export const addAcceptOption = (command: Command): Command =>
  command.addOption(
    new Option('--accept <finding>', 'let a finding of the audit pass; may be given again')
      .argParser(collect)
      .default([], 'none'),
  );

const collect = (value: string, before: string[]) => [...before, value];

const DEFAULT_FOLDS = 10;

function protocolOptions({
  protocol,
  folds,
  accept,
}: ProtocolFlags): Pick<RunOptions, 'protocol' | 'folds' | 'accept'> {
  if (folds !== undefined && !takesFolds(protocol))
    throw new AttuneError('usage', `--folds is for the protocols speaker-folds and random-leaking, not ${protocol}`);
  return {
    protocol,
    ...(takesFolds(protocol) && { folds: folds ?? DEFAULT_FOLDS }),
    ...(accept.length && { accept: [...accept].sort() }),
  };
}

/** The options of a run on a corpus, from what the user gave. */
export const runOptions = (flags: TrainingFlags & ProtocolFlags, corpus: Corpus): RunOptions => ({
  ...protocolOptions(flags),
  architecture: {
    ...DEFAULT_ARCHITECTURE,
    classes: classesOf(corpus).length,
    pooling: flags.pooling,
    poolAfter: flags.poolAfter,
    attentionScore: flags.attentionScore,
    attentionSoftmax: flags.attentionSoftmax,
    bilinearNorm: flags.bilinearNorm,
  },
  frontEnd: frontEndOf(flags),
  schedule: {
    epochs: flags.epochs,
    batchSize: flags.batchSize,
    learningRate: flags.learningRate ?? OPTIMIZER_DEFAULTS[flags.optimizer].learningRate,
    decayEpochs: flags.decay,
  },
  optimizer: OPTIMIZER_DEFAULTS[flags.optimizer].optimizer,
  ...augmentationOf(flags),
  seed: flags.seed,
  threads: flags.threads,
});

function frontEndOf({ scaling, short: shortUtterances, offset, shortInUse }: TrainingFlags): FrontEnd {
  const filled = shortInUse ?? filledInUse({ shortUtterances });
  return { ...DEFAULT_FRONT_END, scaling, shortUtterances, offset, shortInUse: filled };
}

function augmentationOf({ augment: names, copies }: TrainingFlags): { augmentation?: Augmentation } {
  const alterations = ALTERATIONS.filter((name) => names?.includes(name));
  if (copies !== undefined && !alterations.length)
    throw new AttuneError('usage', `--copies is for --augment with some of ${ALTERATIONS.join(', ')}: leave it out`);
  if (!names) return {};
  const made = alterations.length ? (copies ?? DEFAULT_COPIES) : 0;
  return { augmentation: { copies: made, alterations, masks: names.includes('masks') } };
}

/** Of every command that takes a network. */
export const CHECKPOINT_OPTION = [
  '--checkpoint <file>',
  'weights, such as RUN/checkpoints/FOLD.safetensors (default: those that come with Attune)',
] as const;
