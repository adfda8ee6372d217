import * as v from 'valibot';
import { frameWidth } from '../../features/encoder/frames.ts';
import { DEFAULT_ENCODER_FRONT_END } from '../../features/front-end.ts';
import { faultAt, type Properties, type Schema, whole, within } from '../../json.ts';

/** How frames become one score a class. */
export const FRAME_POOLINGS = ['mean', 'attention', 'gap', 'statistics'] as const;
/**
 * One of {@link FRAME_POOLINGS}: `mean` (their mean, less what tells speakers apart, then a linear layer), `attention` (Eq. 8 of the paper,
 * over time), `gap` (Eq. 3, frames by a layer of their own) or `statistics` (mean, deviation and maximum of each number of a frame, then a
 * linear layer).
 */
export type FramePooling = (typeof FRAME_POOLINGS)[number];

/** What a network behind a speech encoder is built from. */
export interface FramesArchitecture {
  /** what tells the family */
  readonly kind: 'frames';
  /** how frames become scores */
  readonly pooling: FramePooling;
  /** length of the logits, 2 to 1000 */
  readonly classes: number;
  /** that a linear layer with a ReLU makes of each frame, 1 to 4096; 0, as with `mean` and `statistics`: frames are pooled as they are */
  readonly channels: number;
  /** numbers of a frame, 1 to 65,536; absent: 384 */
  readonly frameWidth?: number;
  /** with `mean`: directions in which speakers differ most, taken out, 0 to 100; absent: 0 */
  readonly speakerDirections?: number;
  /**
   * with `mean`: how much the directions in which altered copies of recordings differ are damped; of one with the variance w,
   * 1 / (1 + damping w) is left. 0 to 1000; absent: 0
   */
  readonly alterationDamping?: number;
}

export const DEFAULT_FRAMES: FramesArchitecture = {
  ...{ kind: 'frames', pooling: 'mean', classes: 4, channels: 0 },
  ...{ frameWidth: frameWidth(DEFAULT_ENCODER_FRONT_END), speakerDirections: 4, alterationDamping: 0.007 },
};
/** {@link FramesArchitecture.channels} where frames have a layer of their own. */
export const DEFAULT_CHANNELS = 64;

/** Poolings before which frames may have a layer of their own. */
export const HAVE_CHANNELS: readonly FramePooling[] = ['attention', 'gap'];

/** From the least to the greatest that is taken. */
export const FRAMES_RANGES = {
  channels: [0, 4096],
  speakerDirections: [0, 100],
  alterationDamping: [0, 1000],
} as const;

/** In the config of a run and the metadata of a checkpoint. */
export const FRAMES_ARCHITECTURE: Schema<FramesArchitecture> = v.pipe(
  v.strictObject({
    kind: v.literal('frames'),
    pooling: v.picklist(FRAME_POOLINGS),
    classes: whole(2, 1000),
    channels: whole(...FRAMES_RANGES.channels),
    frameWidth: v.exactOptional(whole(1, 65_536)),
    speakerDirections: v.exactOptional(whole(...FRAMES_RANGES.speakerDirections)),
    alterationDamping: v.exactOptional(within(...FRAMES_RANGES.alterationDamping)),
  } satisfies Properties<FramesArchitecture>),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const { pooling, channels } = dataset.value;
    if (channels && !HAVE_CHANNELS.includes(pooling)) addIssue(faultAt(dataset.value, 'channels', `0 with ${pooling}`));
    for (const name of ['speakerDirections', 'alterationDamping'] as const)
      if (dataset.value[name] && pooling !== 'mean') addIssue(faultAt(dataset.value, name, `none with ${pooling}`));
  }),
);
