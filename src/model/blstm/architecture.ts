import * as v from 'valibot';
import { list, type Properties, type Schema, whole } from '../../json.ts';

/** What frames of an utterance may be said to be in training. */
export const FRAME_LABELS = ['utterance', 'latent'] as const;
/** One of {@link FRAME_LABELS}: each frame the utterance's emotion, or the emotion or Null, which is found out (Lee & Tashev 2015). */
export type FrameLabels = (typeof FRAME_LABELS)[number];

/** What a bidirectional LSTM over frames is built from, such as the network of Lee and Tashev 2015. */
export interface BlstmArchitecture {
  /** what tells the family */
  readonly kind: 'blstm';
  /** the number of classes, 2 to 1000 */
  readonly classes: number;
  /** numbers of a frame, 1 to 65,536; 32 descriptors */
  readonly inputs: number;
  /** numbers that each direction of each layer keeps, 1 to 4096 each; one to 8 layers */
  readonly hidden: readonly number[];
  /** of each frame: the utterance's emotion (`utterance`), or the emotion or Null (`latent`), a further output */
  readonly labels: FrameLabels;
}

/** Two layers of 64 in each direction. */
export const DEFAULT_BLSTM: BlstmArchitecture = {
  ...{ kind: 'blstm', classes: 4, inputs: 32, hidden: [64, 64], labels: 'latent' },
};

/** In the config of a run and the metadata of a checkpoint. */
export const BLSTM_ARCHITECTURE: Schema<BlstmArchitecture> = v.strictObject({
  kind: v.literal('blstm'),
  classes: whole(2, 1000),
  inputs: whole(1, 65_536),
  hidden: v.pipe(list(whole(1, 4096), 8), v.minLength(1, 'a list of one or more')),
  labels: v.picklist(FRAME_LABELS),
} satisfies Properties<BlstmArchitecture>);
