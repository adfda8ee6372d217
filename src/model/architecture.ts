import * as v from 'valibot';
import { BINS, FRAMES } from '../features/spectrogram.ts';
import type { Padding } from '../graph/functions.ts';
import { checkArgument, faultAt, list, type Properties, type Schema, whole } from '../json.ts';

/** How the feature maps of the last convolution become one score a class; the three systems of the paper's Table 1. */
export const POOLINGS = ['attention', 'gap', 'bilinear'] as const;
/**
 * One of {@link POOLINGS}: `attention` (Eq. 8, what the paper proposes), `gap` (global average pooling, Eq. 3) or `bilinear` (second-order
 * pooling, Eq. 4), the paper's baselines.
 */
export type Pooling = (typeof POOLINGS)[number];

/** What a network is built from. Two networks of equal architecture can exchange weights. */
export interface Architecture {
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
export const DEFAULT_ARCHITECTURE: Architecture = {
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

const POOL_AFTER = v.pipe(
  list(whole(1, 5), 5),
  v.check((layers) => layers.every((layer, i) => i === 0 || layer > layers[i - 1]!), 'in order, each once'),
);

/** In the config of a run and the metadata of a checkpoint. */
export const ARCHITECTURE: Schema<Architecture> = v.pipe(
  v.strictObject({
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
  } satisfies Properties<Architecture>),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed || !dataset.value.conv1Only) return;
    const { pooling, poolAfter } = dataset.value;
    if (pooling !== 'gap') addIssue(faultAt(dataset.value, 'pooling', 'gap behind Conv1 alone'));
    else if (poolAfter.length) addIssue(faultAt(dataset.value, 'poolAfter', 'empty behind Conv1 alone'));
  }),
);

/** A convolution without bias, batch norm, ReLU and perhaps a pool: one box of the paper's Figure 1. */
export interface Layer {
  /** 1 to 5 */
  readonly index: number;
  /** groups of filters side by side: name of the weight, its shape `[out, in, height, width]` and the zeros around the input */
  readonly filters: readonly { name: string; shape: readonly number[]; padding: Padding }[];
  readonly channels: number;
  readonly pool: boolean;
}

const CHANNELS = [32, 48, 64, 80];

/**
 * The five convolutions (section 2.2 and Figure 1): frequency-shaped filters first, then time-shaped ones, joined; four of 3x3.
 *
 * @throws AttuneError `usage` where the architecture is out of its ranges
 */
export function layers(architecture: Architecture): Layer[] {
  checkArgument(architecture, ARCHITECTURE, 'the architecture');
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
function conv1Only(architecture: Architecture, filter: FilterShape): Layer {
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

/** Names and shapes of everything that is learned, in the order in which data meets it. */
export function parameterShapes(architecture: Architecture): Map<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>();
  const all = layers(architecture);
  for (const { index, filters, channels } of all) {
    for (const { name, shape } of filters) shapes.set(name, shape);
    shapes.set(`bn${index}.weight`, [channels]);
    shapes.set(`bn${index}.bias`, [channels]);
  }
  const features = all.at(-1)!.channels;
  const { classes, pooling } = architecture;
  if (pooling === 'attention') {
    shapes.set('top_down.weight', [classes, features, 1, 1]).set('top_down.bias', [classes]);
    shapes.set('bottom_up.weight', [1, features, 1, 1]).set('bottom_up.bias', [1]);
  } else {
    shapes.set('fc.weight', [classes, pooling === 'gap' ? features : features * features]).set('fc.bias', [classes]);
  }
  return shapes;
}

/** Names and shapes of the running statistics of batch normalisation. */
export function statisticShapes(architecture: Architecture): Map<string, readonly number[]> {
  return new Map(
    layers(architecture).flatMap(({ index, channels }) => [
      [`bn${index}.running_mean`, [channels]] as const,
      [`bn${index}.running_var`, [channels]] as const,
    ]),
  );
}
