import * as v from 'valibot';
import type { Properties, Schema } from '../../json.ts';
import type { FrontEnd } from '../front-end.ts';
import { DESCRIPTOR_SETS, type DescriptorSet } from './sets.ts';

/** Descriptors of each frame of a recording, for systems that hear it whole: it is not cut into segments. */
export interface DescriptorFrontEnd {
  /** what tells it from front ends of other kinds */
  readonly kind: 'descriptors';
  /** what a frame is described by */
  readonly set: DescriptorSet;
}

/** In the config of a run. */
export const DESCRIPTOR_FRONT_END: Schema<DescriptorFrontEnd> = v.strictObject({
  kind: v.literal('descriptors'),
  set: v.picklist(DESCRIPTOR_SETS),
} satisfies Properties<DescriptorFrontEnd>);

/** Whatever is made of recordings before a system learns from them: of segments, or of frames. */
export type AnyFrontEnd = FrontEnd | DescriptorFrontEnd;
