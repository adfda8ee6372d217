import { OPTIMIZER_DEFAULTS, type OptimizerName } from '../train/optimizers/optimizers.ts';
import { DEFAULT_SCHEDULE } from '../train/schedule.ts';
import { type NetworkFlags, poolingOf } from './network-options.ts';

/** How a network learns where flags do not say. */
export interface TrainingDefaults {
  readonly epochs: number;
  readonly batchSize: number;
  readonly decay: readonly number[];
  /** what the rate is divided by then; absent: 10 */
  readonly decayBy?: number;
  readonly optimizer: OptimizerName;
  /** absent: the optimiser's own */
  readonly learningRate?: number;
  /** absent: the optimiser's own */
  readonly weightDecay?: number;
  /** absent: gradients are as long as they are */
  readonly clipNorm?: number;
}

/** The paper's schedule (section 3.1). */
const PAPER: TrainingDefaults = {
  ...{ epochs: DEFAULT_SCHEDULE.epochs, batchSize: DEFAULT_SCHEDULE.batchSize, decay: DEFAULT_SCHEDULE.decayEpochs },
  optimizer: 'sgd',
};
/** Behind an encoder a network is small and its data few (docs/decisions/encoder.md). */
const ENCODER: TrainingDefaults = { epochs: 10, batchSize: 32, decay: [6, 9], optimizer: 'adamw' };
/** A logistic regression, held by its weight decay. */
const REGRESSION: TrainingDefaults = { ...ENCODER, optimizer: 'sgd', learningRate: 0.01, weightDecay: 0.1 };

/** Satt et al. as others re-implemented them (docs/decisions/comparators.md). */
const CNN_LSTM: TrainingDefaults = { epochs: 50, batchSize: 32, decay: [], optimizer: 'adam' };

/** Every 20 epochs, the first after 60, the rate is times exp(-0.15); all as its authors' program has it (docs/decisions/comparators.md). */
const LIGHT_SERNET: TrainingDefaults = {
  ...{ epochs: 300, batchSize: 32, decay: Array.from({ length: 12 }, (_, i) => 61 + 20 * i), decayBy: Math.exp(0.15) },
  ...{ optimizer: 'adam', learningRate: 1e-4, weightDecay: 2e-6 },
};

/** Lee & Tashev's batches; all else is ours (docs/decisions/comparators.md). */
const DNN_ELM: TrainingDefaults = { epochs: 10, batchSize: 128, decay: [], optimizer: 'sgd', learningRate: 0.01 };

/** Ours, for their source gives none of them. */
const RNN_ELM: TrainingDefaults = { epochs: 20, batchSize: 16, decay: [], optimizer: 'adam', clipNorm: 5 };

/** The defaults for a network; an optimiser that is asked for brings its own rates. */
export function trainingDefaults(
  flags: Pick<NetworkFlags, 'frontEnd' | 'pooling'>,
  asked?: OptimizerName,
): Required<Omit<TrainingDefaults, 'decayBy' | 'clipNorm'>> & Pick<TrainingDefaults, 'decayBy' | 'clipNorm'> {
  const isRegression = ['mean', 'statistics'].includes(poolingOf(flags));
  const behindEncoder = isRegression ? REGRESSION : ENCODER;
  const chosen = {
    ...{ spectrogram: PAPER, encoder: behindEncoder },
    ...{ 'cnn-lstm': CNN_LSTM, 'two-step': CNN_LSTM, 'light-sernet': LIGHT_SERNET },
    ...{ 'dnn-elm': DNN_ELM, 'rnn-elm': RNN_ELM },
  }[flags.frontEnd];
  const optimizer = asked ?? chosen.optimizer;
  const { learningRate, optimizer: own } = OPTIMIZER_DEFAULTS[optimizer];
  const rates = { learningRate, weightDecay: own.weightDecay };
  return optimizer === chosen.optimizer ? { ...rates, ...chosen } : { ...chosen, ...rates, optimizer };
}
