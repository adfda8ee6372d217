import * as v from 'valibot';
import { isObject, type Properties, type Schema, whole, within } from '../../json.ts';
import { FRONT_END, type FrontEnd } from '../front-end.ts';
import { DESCRIPTOR_SETS, type DescriptorSet, namesOf } from './sets.ts';

/** Descriptors of each frame of a recording, for systems that hear it whole, or in stretches of frames. */
export interface DescriptorFrontEnd {
  /** what tells it from front ends of other kinds */
  readonly kind: 'descriptors';
  /** what a frame is described by */
  readonly set: DescriptorSet;
  /** frames that make a segment, side by side, one from each frame on; 2 to 1000; absent: recordings are heard whole, frame by frame */
  readonly segmentFrames?: number;
  /** share of a recording's segments that is heard, those of the highest energy, but one at least; 0.001 to 1; absent: all */
  readonly loudest?: number;
}

/** In the config of a run. */
export const DESCRIPTOR_FRONT_END: Schema<DescriptorFrontEnd> = v.strictObject({
  kind: v.literal('descriptors'),
  set: v.picklist(DESCRIPTOR_SETS),
  segmentFrames: v.exactOptional(whole(2, 1000)),
  loudest: v.exactOptional(within(0.001, 1)),
} satisfies Properties<DescriptorFrontEnd>);

/** Whatever is made of recordings before a system learns from them: of segments, or of frames. */
export type AnyFrontEnd = FrontEnd | DescriptorFrontEnd;

/** In the config of a run and the metadata of a checkpoint. */
export const ANY_FRONT_END: Schema<AnyFrontEnd> = v.lazy(
  (input): Schema<AnyFrontEnd> => (isObject(input) && input.kind === 'descriptors' ? DESCRIPTOR_FRONT_END : FRONT_END),
);

/** Numbers that a network takes at a time: those of a frame, or of the frames of a segment. */
export const widthOf = ({ set, segmentFrames = 1 }: DescriptorFrontEnd): number => segmentFrames * namesOf(set).length;
