import * as v from 'valibot';
import { BINS, FRAMES } from '../../features/spectrogram.ts';
import type { Padding } from '../../graph/functions.ts';
import { faultAt, list, type Properties, type Schema, whole } from '../../json.ts';
import type { Variable } from '../network.ts';
import { drawn, learnedOf, type NormedConvolution, volume } from '../normed-convolution.ts';

/** How the feature maps of the last convolution become one score a class; the three systems of the paper's Table 1. */
export const POOLINGS = ['attention', 'gap', 'bilinear'] as const;
/**
 * One of {@link POOLINGS}: `attention` (Eq. 8, what the paper proposes), `gap` (global average pooling, Eq. 3) or `bilinear` (second-order
 * pooling, Eq. 4), the paper's baselines.
 */
export type Pooling = (typeof POOLINGS)[number];

/** What a network of the paper's family is built from: filters of two shapes, a trunk of convolutions, a pooling head. */
export interface CnnArchitecture {
  /** what tells the family; absent, as in files: `cnn` too */
  readonly kind?: 'cnn';
  /** how the feature maps of the last convolution become scores */
  readonly pooling: Pooling;
  /** length of the logits, 2 to 1000: 4 for the four emotions */
  readonly classes: number;
  /** convolutions, 1 to 5, in order and each once, that are followed by a 2x2 max-pool */
  readonly poolAfter: readonly number[];
  /** bottom-up map: softmax over the map, or the literal Eq. 8 without */
  readonly attentionSoftmax: boolean;
  /** product of the two maps: summed over the map, or averaged (the wording of section 3.3) */
  readonly attentionScore: 'sum' | 'mean';
  /** order of signed square root and l2 norm: that of Lin et al. (the paper's [20]), or the paper's wording */
  readonly bilinearNorm: 'sqrt-first' | 'l2-first';
  /** multiplies the channels of every convolution, which must stay whole: 0.5 halves them; 1 is the paper's network; 0.125 to 8 */
  readonly width: number;
  /**
   * the network of Figure 2 (section 3.2) in place of the whole one: Conv1 alone with 16 filters of one shape, no max-pool, global
   * average pooling. Height in bins of 10 Hz, 1 to 400; width in frames of 10 ms, 1 to 200. Absent: the whole network
   */
  readonly conv1Only?: FilterShape;
}

/** The shape of a filter over the spectrogram. Whole numbers. */
export interface FilterShape {
  /** bins of 10 Hz, 1 to 400 */
  readonly height: number;
  /** frames of 10 ms, 1 to 200 */
  readonly width: number;
}

/** The paper's network (section 2.2, Figure 1) with attention pooling, where it leaves gaps as docs/decisions/method.md fills them. */
export const DEFAULT_CNN: CnnArchitecture = {
  pooling: 'attention',
  classes: 4,
  poolAfter: [1, 2, 3],
  attentionSoftmax: true,
  attentionScore: 'sum',
  bilinearNorm: 'sqrt-first',
  width: 1,
};

/** Channels are 8, 32, 48, 64 and 80 times the width, so that eighths keep them whole. */
const WIDTH = v.custom<number>(
  (width) => typeof width === 'number' && Number.isInteger(8 * width) && width >= 1 / 8 && width <= 8,
  'a multiple of 0.125 from 0.125 to 8',
);

/** Layers that may be followed by a max-pool. */
export const CONVOLUTIONS = 5;

const POOL_AFTER = v.pipe(
  list(whole(1, CONVOLUTIONS), CONVOLUTIONS),
  v.check((layers) => layers.every((layer, i) => i === 0 || layer > layers[i - 1]!), 'in order, each once'),
);

/** In the config of a run and the metadata of a checkpoint. */
export const CNN_ARCHITECTURE: Schema<CnnArchitecture> = v.pipe(
  v.strictObject({
    kind: v.exactOptional(v.literal('cnn')),
    pooling: v.picklist(POOLINGS),
    classes: whole(2, 1000),
    poolAfter: POOL_AFTER,
    attentionSoftmax: v.boolean(),
    attentionScore: v.picklist(['sum', 'mean']),
    bilinearNorm: v.picklist(['sqrt-first', 'l2-first']),
    width: WIDTH,
    conv1Only: v.exactOptional(
      v.strictObject({ height: whole(1, BINS), width: whole(1, FRAMES) } satisfies Properties<FilterShape>),
    ),
  } satisfies Properties<CnnArchitecture>),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed || !dataset.value.conv1Only) return;
    const { pooling, poolAfter } = dataset.value;
    if (pooling !== 'gap') addIssue(faultAt(dataset.value, 'pooling', 'gap behind Conv1 alone'));
    else if (poolAfter.length) addIssue(faultAt(dataset.value, 'poolAfter', 'empty behind Conv1 alone'));
  }),
);

/** One box of the paper's Figure 1. */
export interface Layer extends NormedConvolution {
  /** whether a 2x2 max-pool ends it */
  readonly pool: boolean;
}

const CHANNELS = [32, 48, 64, 80];

/**
 * The five convolutions (section 2.2 and Figure 1): frequency-shaped filters first, then time-shaped ones, joined; four of 3x3.
 *
 * @param architecture within its ranges
 */
export function layers(architecture: CnnArchitecture): Layer[] {
  if (architecture.conv1Only) return [conv1Only(architecture, architecture.conv1Only)];
  const { poolAfter, width } = architecture;
  const pool = (index: number) => poolAfter.includes(index);
  const half = 8 * width;
  const first: Layer = {
    index: 1,
    filters: [
      { name: 'conv1_freq.weight', shape: [half, 1, 10, 2], padding: [4, 0, 5, 1] }, // 100 Hz by 20 ms
      { name: 'conv1_time.weight', shape: [half, 1, 2, 8], padding: [0, 3, 1, 4] }, // 20 Hz by 80 ms
    ],
    channels: 2 * half,
    pool: pool(1),
  };
  const rest = CHANNELS.map((base, i): Layer => {
    const inputs = i === 0 ? 2 * half : CHANNELS[i - 1]! * width;
    const shape = [base * width, inputs, 3, 3];
    return {
      index: i + 2,
      filters: [{ name: `conv${i + 2}.weight`, shape, padding: [1, 1, 1, 1] }],
      channels: base * width,
      pool: pool(i + 2),
    };
  });
  return [first, ...rest];
}

/** Conv1 of Figure 2: an even side has one zero more at its end, like the whole network's filters. */
function conv1Only(architecture: CnnArchitecture, filter: FilterShape): Layer {
  const { height, width } = filter;
  const channels = 16 * architecture.width;
  const [top, left] = [height, width].map((side) => Math.floor((side - 1) / 2)) as [number, number];
  const padding: Padding = [top, left, height - 1 - top, width - 1 - left];
  return {
    index: 1,
    filters: [{ name: 'conv1.weight', shape: [channels, 1, height, width], padding }],
    channels,
    pool: false,
  };
}

/** Everything that is learned, in the order in which data meets it: gamma starts as 1, beta as 0, all else is drawn. */
export function parametersOf(all: readonly Layer[], { classes, pooling }: CnnArchitecture): Map<string, Variable> {
  const parameters = new Map(learnedOf(all));
  const linear = (name: string, shape: readonly number[]) => {
    parameters.set(`${name}.weight`, drawn(shape)).set(`${name}.bias`, drawn([shape[0]!], volume(shape.slice(1))));
  };
  const features = all.at(-1)!.channels;
  if (pooling === 'attention') {
    linear('top_down', [classes, features, 1, 1]);
    linear('bottom_up', [1, features, 1, 1]);
  } else linear('fc', [classes, pooling === 'gap' ? features : features * features]);
  return parameters;
}
