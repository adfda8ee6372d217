import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { classesOf } from '../corpus/classes.ts';
import { PROTOCOLS, type ProtocolName, takesFolds } from '../corpus/protocols.ts';
import type { Corpus } from '../corpus/utterance.ts';
import { AttuneError } from '../errors.ts';
import { ALTERATIONS, type Augmentation } from '../features/augment.ts';
import type { RunOptions } from '../run/run-files.ts';
import { OPTIMIZER_DEFAULTS, OPTIMIZER_NAMES, type OptimizerName } from '../train/optimizers/optimizers.ts';
import { DEFAULT_SCHEDULE } from '../train/schedule.ts';
import { addNetworkOptions, type NetworkFlags, networkOf } from './network-options.ts';
import { atLeastZero, cores, positive, whole, wholeList } from './values.ts';

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
export interface TrainingFlags extends NetworkFlags {
  epochs: number;
  batchSize: number;
  optimizer: OptimizerName;
  learningRate?: number;
  weightDecay?: number;
  decay: number[];
  augment?: (typeof AUGMENTS)[number][];
  copies?: number;
  balance?: true;
  seed: number;
  threads: number;
  cache: string;
}

const AUGMENTS = [...ALTERATIONS, 'masks'] as const;

const augments = (text: string) => {
  const names = text.split(',').map((name) => name.trim());
  const wrong = names.find((name) => !(AUGMENTS as readonly string[]).includes(name));
  if (wrong !== undefined) throw new InvalidArgumentError(`Expected some of ${AUGMENTS.join(', ')}, parted by commas.`);
  return AUGMENTS.filter((name) => names.includes(name));
};

const DEFAULT_COPIES = 8;

const RATES = OPTIMIZER_NAMES.map((name) => `${OPTIMIZER_DEFAULTS[name].learningRate} for ${name}`).join(', ');
const DECAYS = OPTIMIZER_NAMES.map((name) => `${OPTIMIZER_DEFAULTS[name].optimizer.weightDecay} for ${name}`).join(
  ', ',
);

/** The options of everything that trains. The defaults are the method as docs/decisions/method.md pins it down. */
export function addTrainingOptions(command: Command): Command {
  return addNetworkOptions(command)
    .option('--epochs <n>', 'passes over the training data', whole(1), DEFAULT_SCHEDULE.epochs)
    .option('--batch-size <n>', 'segments a step', whole(2), DEFAULT_SCHEDULE.batchSize)
    .addOption(new Option('--optimizer <name>', 'how to step').choices(OPTIMIZER_NAMES).default(OPTIMIZER_NAMES[0]))
    .option('--learning-rate <rate>', `at the start (default: ${RATES})`, positive)
    .option('--weight-decay <rate>', `pulls weights to 0 (default: ${DECAYS})`, atLeastZero)
    .option('--decay <epochs>', 'epochs from which on the rate is a tenth', wholeList, [
      ...DEFAULT_SCHEDULE.decayEpochs,
    ])
    .option(
      '--augment <what>',
      `train on altered copies too, altered in ${ALTERATIONS.join(', ')}, and with masks over spectrograms: some of these and "masks", parted by commas`,
      augments,
    )
    .option('--copies <n>', `of each recording, with --augment (default: ${DEFAULT_COPIES})`, whole(1))
    .option('--balance', 'train on as many segments of each class, those of rarer ones again and again')
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
  ...networkOf(flags, classesOf(corpus).length),
  schedule: {
    epochs: flags.epochs,
    batchSize: flags.batchSize,
    learningRate: flags.learningRate ?? OPTIMIZER_DEFAULTS[flags.optimizer].learningRate,
    decayEpochs: flags.decay,
  },
  optimizer: {
    ...OPTIMIZER_DEFAULTS[flags.optimizer].optimizer,
    ...(flags.weightDecay !== undefined && { weightDecay: flags.weightDecay }),
  },
  ...augmentationOf(flags),
  ...(flags.balance && { balance: true }),
  seed: flags.seed,
  threads: flags.threads,
});

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
