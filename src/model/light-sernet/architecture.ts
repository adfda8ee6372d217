import * as v from 'valibot';
import type { MeanWindow } from '../../graph/mean-pool.ts';
import { type Properties, type Schema, whole, within } from '../../json.ts';
import type { NormedConvolution } from '../normed-convolution.ts';

/** What Light-SERNet is built from (Aftab et al., ICASSP 2022): convolutions of three shapes side by side, then five more. */
export interface LightSernetArchitecture {
  /** what tells the family */
  readonly kind: 'light-sernet';
  /** length of the logits, 2 to 1000 */
  readonly classes: number;
  /** frames of a segment, 16 to 10,000; 184 of 16 ms are 3 s, 434 are 7 s */
  readonly frames: number;
  /** the chance of a pooled channel to be dropped in a step of training, 0 to 0.95 */
  readonly dropout: number;
}

/** For four classes, before segments of 3 s. */
export const DEFAULT_LIGHT_SERNET: LightSernetArchitecture = {
  ...{ kind: 'light-sernet', classes: 4, frames: 184, dropout: 0.3 },
};

/** In the config of a run and the metadata of a checkpoint. */
export const LIGHT_SERNET_ARCHITECTURE: Schema<LightSernetArchitecture> = v.strictObject({
  kind: v.literal('light-sernet'),
  classes: whole(2, 1000),
  frames: whole(16, 10_000),
  dropout: within(0, 0.95),
} satisfies Properties<LightSernetArchitecture>);

/** A block: what stands behind its batch norm and ReLU is a mean over windows of this size, coefficients by frames. */
export interface Block extends NormedConvolution {
  readonly window: MeanWindow;
}

const PATHS = [
  ['coefficients', 9, 1],
  ['frames', 1, 11],
  ['both', 3, 3],
] as const;
const PATH_CHANNELS = 32;

/** Three paths joined; then channels, the side of the filters, and the window of the mean behind them. */
const REST = [
  [64, 3, [2, 2]],
  [96, 3, [2, 2]],
  [128, 3, [1, 2]],
  [160, 3, [1, 2]],
  [320, 1, [1, 1]],
] as const;

const first: Block = {
  index: 1,
  filters: PATHS.map(([name, height, width]) => {
    const [above, before] = [(height - 1) / 2, (width - 1) / 2];
    const padding = [above, before, above, before] as const;
    return { name: `conv1_${name}.weight`, shape: [PATH_CHANNELS, 1, height, width], padding };
  }),
  channels: PATHS.length * PATH_CHANNELS,
  window: [2, 2],
};

export const BLOCKS: readonly Block[] = [
  first,
  ...REST.map(([channels, side, window], i): Block => {
    const [inputs, around] = [i ? REST[i - 1]![0] : first.channels, (side - 1) / 2];
    const padding = [around, around, around, around] as const;
    const filters = [{ name: `conv${i + 2}.weight`, shape: [channels, inputs, side, side], padding }];
    return { index: i + 2, filters, channels, window };
  }),
];

/** Channels that are pooled over what is left of the segment. */
export const POOLED = BLOCKS.at(-1)!.channels;
