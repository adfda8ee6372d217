import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { classesOf } from '../corpus/classes.ts';
import { PROTOCOLS, type ProtocolName, takesFolds } from '../corpus/protocols.ts';
import type { Corpus } from '../corpus/utterance.ts';
import { AttuneError } from '../errors.ts';
import { ALTERATIONS, type Augmentation, MOST_COPIES } from '../features/augment.ts';
import { DEFAULT_WEIGHTS, WEIGHTS, type WeightsName } from '../recognize/default-weights.ts';
import type { RunOptions } from '../run/run-files.ts';
import { OPTIMIZER_DEFAULTS, OPTIMIZER_NAMES, type OptimizerName } from '../train/optimizers/optimizers.ts';
import { SCHEDULE_RANGES } from '../train/schedule.ts';
import { ELM_SYSTEMS, isElmSystem } from './elm-systems.ts';
import { addNetworkOptions, dampingOf, type NetworkFlags, networkOf } from './network-options.ts';
import type { StartingFlags } from './starting.ts';
import { trainingDefaults } from './training-defaults.ts';
import { cores, positive, seed, whole, wholeList, within } from './values.ts';

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
  epochs?: number;
  batchSize?: number;
  optimizer?: OptimizerName;
  learningRate?: number;
  weightDecay?: number;
  decay?: number[];
  decayBy?: number;
  augment?: (typeof AUGMENTS)[number][];
  copies?: number;
  balance?: boolean;
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

const REGRESSION = trainingDefaults({ frontEnd: 'encoder', pooling: 'mean' });

const perFrontEnd = (key: 'epochs' | 'batchSize' | 'decay' | 'optimizer') => {
  const systems = ['spectrogram', 'encoder', 'cnn-lstm', 'light-sernet', ...ELM_SYSTEMS] as const;
  const [own, behind, ofCnnLstm, ofLightSernet, ...ofElm] = systems.map(
    (frontEnd) => short(trainingDefaults({ frontEnd, pooling: 'attention' })[key]) || 'none',
  );
  const ofRegression = String(REGRESSION[key]);
  const other = ofRegression === behind ? '' : `, ${ofRegression} for mean and statistics`;
  const ofSystems = ELM_SYSTEMS.map((name, i) => `; for ${name} ${ofElm[i]}`).join('');
  return `${own}; with an encoder ${behind}${other}; for cnn-lstm and two-step ${ofCnnLstm}; for light-sernet ${ofLightSernet}${ofSystems}`;
};

/** Of many numbers the first two and the last. */
const short = (value: string | number | readonly number[]) =>
  Array.isArray(value) && value.length > 4 ? `${value.slice(0, 2)},...,${value.at(-1)}` : String(value);

const perOptimizer = (key: 'learningRate' | 'weightDecay') =>
  [
    ...OPTIMIZER_NAMES.map(
      (name) => `${trainingDefaults({ frontEnd: 'spectrogram', pooling: 'attention' }, name)[key]} for ${name}`,
    ),
    `${REGRESSION[key]} for mean and statistics`,
    `${trainingDefaults({ frontEnd: 'light-sernet' })[key]} for light-sernet`,
  ].join(', ');

/** The options of everything that trains. The defaults are the method as docs/decisions/method.md pins it down. */
export function addTrainingOptions(command: Command): Command {
  return addNetworkOptions(command)
    .option(
      '--epochs <n>',
      `passes over the training data (default: ${perFrontEnd('epochs')})`,
      whole(...SCHEDULE_RANGES.epochs),
    )
    .option(
      '--batch-size <n>',
      `segments a step (default: ${perFrontEnd('batchSize')})`,
      whole(...SCHEDULE_RANGES.batchSize),
    )
    .addOption(
      new Option('--optimizer <name>', `how to step (default: ${perFrontEnd('optimizer')})`).choices(OPTIMIZER_NAMES),
    )
    .option('--learning-rate <rate>', `at the start (default: ${perOptimizer('learningRate')})`, positive)
    .option('--weight-decay <rate>', `pulls weights to 0 (default: ${perOptimizer('weightDecay')})`, within(0, 1))
    .option(
      '--decay <epochs>',
      `epochs from which on the rate is a tenth (default: ${perFrontEnd('decay')})`,
      wholeList(SCHEDULE_RANGES.epochs[1]),
    )
    .option(
      '--decay-by <n>',
      `what the rate is divided by from those on, in place of 10 (default for light-sernet: ${trainingDefaults({ frontEnd: 'light-sernet' }).decayBy!.toFixed(4)})`,
      within(...SCHEDULE_RANGES.decayBy),
    )
    .option(
      '--augment <what>',
      `train on altered copies too, altered in ${ALTERATIONS.join(', ')}, and with masks over spectrograms or frames: some of these and "masks", parted by commas`,
      augments,
    )
    .option('--copies <n>', `of each recording, with --augment (default: ${DEFAULT_COPIES})`, whole(1, MOST_COPIES))
    .option(
      '--balance',
      'train on as many segments of each class, those of rarer ones again (default: with an encoder, and for cnn-lstm and two-step)',
    )
    .option('--no-balance', 'train on the segments as they are (default: without)')
    .option('--seed <n>', 'of initial weights, shuffling and augmentation', seed, 1)
    .option('--threads <n>', 'within each process', cores, 1)
    .addOption(cacheOption());
}

/** Protocols that keep speakers apart. */
export const HONEST = [
  'speaker-folds',
  'leave-one-speaker-out',
  'leave-one-session-out',
] as const satisfies ProtocolName[];
export type HonestProtocol = (typeof HONEST)[number];

/** The options that {@link addProtocolOptions} adds. */
export interface ProtocolFlags {
  protocol: ProtocolName;
  folds?: number;
  accept: string[];
}

/** How the corpus is divided, and what its audit may find. */
export function addProtocolOptions(command: Command, protocol: ProtocolName = 'leave-one-speaker-out'): Command {
  const choices = PROTOCOLS.filter((name) => !['train-on-all', 'split'].includes(name));
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
export function runOptions(flags: TrainingFlags & ProtocolFlags & StartingFlags, corpus: Corpus): RunOptions {
  const { epochs, batchSize, decay, decayBy, optimizer, learningRate, weightDecay, clipNorm } = {
    ...trainingDefaults(flags, flags.optimizer),
    ...given(flags),
  };
  return {
    ...protocolOptions(flags),
    ...networkOf(flags, classesOf(corpus)),
    schedule: {
      ...{ epochs, batchSize, learningRate, decayEpochs: decay },
      ...(decayBy !== undefined && { decayBy }),
      ...(clipNorm !== undefined && { clipNorm }),
    },
    optimizer: { ...OPTIMIZER_DEFAULTS[optimizer].optimizer, weightDecay },
    ...augmentationOf(flags),
    ...((flags.balance ?? !asTheyAre(flags.frontEnd)) && { balance: true }),
    seed: flags.seed,
    threads: flags.threads,
  };
}

/** Whether a system's segments are left as often as they come, where the user says nothing. */
const asTheyAre = (frontEnd: NetworkFlags['frontEnd']) =>
  frontEnd === 'spectrogram' || frontEnd === 'light-sernet' || isElmSystem(frontEnd);

/** What the user gave of how to learn. */
const given = ({ epochs, batchSize, decay, decayBy, optimizer, learningRate, weightDecay }: TrainingFlags) => ({
  ...(epochs !== undefined && { epochs }),
  ...(batchSize !== undefined && { batchSize }),
  ...(decay && { decay }),
  ...(decayBy !== undefined && { decayBy }),
  ...(optimizer && { optimizer }),
  ...(learningRate !== undefined && { learningRate }),
  ...(weightDecay !== undefined && { weightDecay }),
});

/** What altered copies a network settles by is told by, where the user says nothing: one of each recording. */
const DAMPED: Augmentation = { copies: 1, alterations: ['room', 'noise', 'channel'], masks: false };

function augmentationOf(flags: TrainingFlags & StartingFlags): { augmentation?: Augmentation } {
  const { augment: names, copies } = flags;
  const alterations = ALTERATIONS.filter((name) => names?.includes(name));
  const isSettled = flags.init !== undefined;
  if (dampingOf(flags) && !isSettled && !alterations.length)
    return { augmentation: { ...DAMPED, ...(copies && { copies }), masks: names?.includes('masks') ?? false } };
  if (copies !== undefined && !alterations.length)
    throw new AttuneError('usage', `--copies is for --augment with some of ${ALTERATIONS.join(', ')}: leave it out`);
  if (!names) return {};
  const made = alterations.length ? (copies ?? DEFAULT_COPIES) : 0;
  return { augmentation: { copies: made, alterations, masks: names.includes('masks') } };
}

/** What the user gave of the options that {@link addCheckpointOptions} adds. */
export interface CheckpointFlags {
  checkpoint?: string;
  weights?: WeightsName;
  encoder?: string;
}

/** Of every command that takes a network. */
export const addCheckpointOptions = (command: Command): Command =>
  command
    .option(
      '--checkpoint <file>',
      'weights, such as RUN/checkpoints/FOLD.safetensors (default: those that come with Attune)',
    )
    .addOption(
      new Option(
        '--weights <name>',
        `which of those that come with Attune: behind a speech encoder, or the paper's network (default: ${DEFAULT_WEIGHTS})`,
      )
        .choices(WEIGHTS)
        .conflicts('checkpoint'),
    );

/** Of those that may be trained behind an encoder of the user's own. */
export const trainedBehindOption = (what: string) =>
  new Option('--encoder <file>', `the encoder of your own, in ONNX, that ${what} behind`);

/** The same as recognition takes it. */
export const chosenCheckpoint = ({ checkpoint, weights, encoder }: CheckpointFlags): CheckpointFlags => ({
  ...(checkpoint !== undefined && { checkpoint }),
  ...(weights && { weights }),
  ...(encoder !== undefined && { encoder }),
});
