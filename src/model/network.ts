import { AttuneError } from '../errors.ts';
import type { Tensor } from '../graph/graph.ts';
import type { Values } from '../graph/session.ts';
import type { Schema } from '../json.ts';

export type Tensors = Readonly<Record<string, Tensor>>;
/** Parameters and statistics by name. More may stand beside them. */
export type Weights = Readonly<Record<string, Values>>;

/** A tensor that a network holds. */
export interface Variable {
  readonly shape: readonly number[];
  /** before training: this number everywhere, or numbers drawn evenly from within 1 / sqrt(fan in) of 0, as PyTorch draws them */
  readonly initial: number | { readonly fanIn: number };
  /** what no element is below; absent: all finite numbers are right */
  readonly least?: number;
}

/** A network as all other folders know it: built once from an architecture, without weights. */
export interface Network {
  /** of its family */
  readonly kind: string;
  /** what people call it, such as `attention pooling` */
  readonly name: string;
  /** the features that it takes: spectrograms of one of two sorts, cepstral coefficients, frames of whatever encoder, or descriptors of frames */
  readonly takes: 'spectrogram' | 'log-spectrogram' | 'mfcc' | 'encoder' | 'descriptors';
  /** shape of one segment's features; absent: as that kind has them */
  readonly features?: readonly number[];
  /** length of the logits */
  readonly classes: number;
  /** what is learned, in the order in which data meets it */
  readonly parameters: ReadonlyMap<string, Variable>;
  /** what training keeps of the data beside it: a mean of each batch's own, weighed by the optimiser's `statisticsMomentum` */
  readonly statistics: ReadonlyMap<string, Variable>;
  /** its architecture for people: a label and a value each */
  readonly settings: readonly (readonly [label: string, value: unknown])[];
  /** what it wants computed once for each input; absent: nothing */
  readonly once?: OncePerInput;
  /** it hears sequences of frames of any length, and says something of each frame; absent: segments, all of one size */
  readonly sequence?: Sequence;
  /** units that are dropped at random in training, by the name of their masks; absent: none */
  readonly dropout?: ReadonlyMap<string, Dropout>;
  /** the maps by which it decides; absent: it has none */
  readonly maps?: Maps;
  /** its last layer, the only one that knows the classes */
  readonly head: Head;
  /** The index of the class that is answered, by the probabilities of an utterance. Absent: that of the greatest; of equals, the first. */
  readonly decide?: (probabilities: readonly number[]) => number;
  /**
   * Computes its statistics of the training data, before the first step: they stay as they are, and the head alone learns. Absent: all
   * learns.
   */
  readonly settle?: (data: SettlingData) => Promise<Weights>;
  /** altered copies are for {@link Network.settle}, and are not learned from; absent: no */
  readonly settlesByCopies?: boolean;
  /**
   * The network in training.
   *
   * @param x features `[n, ...]`
   * @param once what {@link Network.once} computes of them; absent: the network does without
   * @param masks of {@link Network.dropout}, `[n, ...shape]`; absent: nothing is dropped
   * @param lengths of sequences, int64 `[n]`, for {@link Network.sequence}
   * @returns logits `[n, classes]`, of sequences `[n, time, outputs]`, and the statistics of this batch
   */
  inTraining(
    x: Tensor,
    parameters: Tensors,
    once?: Tensors,
    masks?: Tensors,
    lengths?: Tensor,
  ): { readonly logits: Tensor; readonly statistics: Tensors };
  /**
   * The network in use: statistics are those that training kept, and weights are constants.
   *
   * @param x features `[n, ...]`
   * @returns logits `[n, classes]`
   */
  inUse(x: Tensor, weights: Weights): Tensor;
}

/** What a network says of each frame. */
export interface Sequence {
  /** numbers of a frame's logits: those of the classes, and perhaps more behind them */
  readonly outputs: number;
}

/** What depends on an input alone: where the same ones come again in each epoch, it is computed once and kept. */
export interface OncePerInput {
  /** of one input, by name */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** Features `[n, ...]` to `[n, ...shape]` by the same names. */
  compute(x: Tensor): Tensors;
}

/**
 * Units that are dropped at random (Srivastava et al., 2014, https://jmlr.org/papers/v15/srivastava14a.html): in each step a unit is
 * multiplied by 0 with the chance `rate`, and else by 1 / (1 - rate), so that nothing is left to do in use.
 */
export interface Dropout {
  /** of the units of one input */
  readonly shape: readonly number[];
  /** [0, 1) */
  readonly rate: number;
}

/** What a network that settles is told of the training data, a segment each. */
export interface SettlingData {
  /** what the head takes by the network before it has seen data, `[inputs]` each */
  readonly inputs: readonly Float32Array[];
  /** indices */
  readonly labels: readonly number[];
  /** absent: they are not known */
  readonly speakers?: readonly string[];
  /** what the head takes of altered copies, each with the index of its original; absent: there are none */
  readonly copies?: readonly { readonly of: number; readonly input: Float32Array }[];
}

/** The last layer of a network: all before it is the same whatever the classes. */
export interface Head {
  /** names of its parameters, the classes along the first axis of each */
  readonly parameters: readonly string[];
  /** numbers that it takes of an input */
  readonly inputs: number;
  /**
   * What it takes, by the network in use.
   *
   * @param x features `[n, ...]`
   * @returns `[n, inputs]`
   */
  inputOf(x: Tensor, weights: Weights): Tensor;
  /**
   * What it makes of them.
   *
   * @param input `[n, inputs]`
   * @param parameters its own
   * @returns logits `[n, classes]`
   */
  logits(input: Tensor, parameters: Tensors): Tensor;
}

/** Attention maps: what a network says is the sum, or the mean, of the product of the two over their cells. */
export interface Maps {
  readonly score: 'sum' | 'mean';
  /** whether the class-agnostic map is positive and sums to 1 */
  readonly softmax: boolean;
  /** The cells of the maps, as they lie in a spectrogram of so many bins and frames. */
  cells(bins: number, frames: number): Cells;
  /** {@link Network.inUse}, and the maps beside the logits. */
  inUse(x: Tensor, weights: Weights): ExplainedTensors;
}

/** The cells of maps, in bins and frames of a spectrogram. */
export interface Cells {
  readonly rows: number;
  readonly columns: number;
  /** height of a cell */
  readonly cellBins: number;
  /** width of a cell */
  readonly cellFrames: number;
  /** bins that a cell's value can depend on, about the cell; more than the spectrogram has where the network hears higher */
  readonly seesBins: number;
  /** frames that it can depend on */
  readonly seesFrames: number;
}

/** What a network says, and the two maps it says it by. */
export interface ExplainedTensors {
  /** `[n, classes]` */
  readonly logits: Tensor;
  /** class-specific, `[n, classes, H, W]`: 50 x 25 cells of 80 Hz by 80 ms in the paper's network */
  readonly topDown: Tensor;
  /** class-agnostic, `[n, 1, H, W]` */
  readonly bottomUp: Tensor;
  /** `[n, 1, H, W]`: 1, or 0 where a cell is not heard and counts for nothing; absent: all are heard */
  readonly heard?: Tensor;
}

/** @throws AttuneError `usage` where the network has no maps */
export function mapsOf({ maps, name }: Network): Maps {
  if (maps) return maps;
  throw new AttuneError(
    'usage',
    `only attention pooling has attention maps, and this network has ${name}; give a checkpoint that was trained with attention pooling`,
  );
}

/** Networks that are built alike. A folder each, and a line in the table of architecture.ts. */
export interface Family<A> {
  /** what its architectures are told by */
  readonly kind: string;
  readonly schema: Schema<A>;
  /** where nothing else is asked for */
  readonly defaults: A;
  /** @param architecture one of the schema's */
  build(architecture: A): Network;
}
