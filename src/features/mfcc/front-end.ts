import * as v from 'valibot';
import type { Properties, Schema } from '../../json.ts';
import { hearsAll, OWN_SEGMENTS, type OwnSegments } from '../segmentation.ts';

/** Mel-frequency cepstral coefficients of longer segments, as Light-SERNet takes them (docs/decisions/comparators.md). */
export interface MfccFrontEnd extends OwnSegments {
  /** what tells it from front ends of other kinds */
  readonly kind: 'mfcc';
}

/** Segments of 3 s side by side; the last holds what is left, zeros after it. */
export const DEFAULT_MFCC_FRONT_END: Required<MfccFrontEnd> = {
  ...{ kind: 'mfcc', segmentSeconds: 3, lastSegment: 'fill', shortUtterances: 'pad' },
  ...{ trainHopSeconds: 3, testHopSeconds: 3, offset: 'remove', shortInUse: 'pad' },
};

export const MFCC_FRONT_END: Schema<MfccFrontEnd> = v.pipe(
  v.strictObject({ kind: v.literal('mfcc'), ...OWN_SEGMENTS } satisfies Properties<MfccFrontEnd>),
  hearsAll(),
);
