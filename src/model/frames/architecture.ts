import * as v from 'valibot';
import { faultAt, type Properties, type Schema, whole } from '../../json.ts';

/** How frames become one score a class. */
export const FRAME_POOLINGS = ['attention', 'gap', 'statistics'] as const;
/**
 * One of {@link FRAME_POOLINGS}: `attention` (Eq. 8 of the paper, over time), `gap` (their mean, Eq. 3) or `statistics` (mean, deviation and
 * maximum of each number of a frame, then a linear layer).
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
  /** that a linear layer with a ReLU makes of each frame, 1 to 4096; 0: frames are pooled as they are */
  readonly channels: number;
}

export const DEFAULT_FRAMES: FramesArchitecture = { kind: 'frames', pooling: 'attention', classes: 4, channels: 64 };

/** In the config of a run and the metadata of a checkpoint. */
export const FRAMES_ARCHITECTURE: Schema<FramesArchitecture> = v.pipe(
  v.strictObject({
    kind: v.literal('frames'),
    pooling: v.picklist(FRAME_POOLINGS),
    classes: whole(2, 1000),
    channels: whole(0, 4096),
  } satisfies Properties<FramesArchitecture>),
  v.rawCheck(({ dataset, addIssue }) => {
    if (dataset.typed && dataset.value.pooling === 'statistics' && dataset.value.channels)
      addIssue(faultAt(dataset.value, 'channels', '0 with statistics'));
  }),
);
