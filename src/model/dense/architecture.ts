import * as v from 'valibot';
import { list, type Properties, type Schema, whole } from '../../json.ts';

/** What a network of dense layers is built from, such as the segment network of Lee and Tashev 2015, and of Han et al. 2014. */
export interface DenseArchitecture {
  /** what tells the family */
  readonly kind: 'dense';
  /** length of the logits, 2 to 1000 */
  readonly classes: number;
  /** numbers of a segment, 1 to 65,536; 800 are 25 frames of 32 descriptors */
  readonly inputs: number;
  /** units of each layer, 1 to 65,536 each; up to 16 layers */
  readonly hidden: readonly number[];
}

/** Three layers of 256 before segments of 25 frames. */
export const DEFAULT_DENSE: DenseArchitecture = { kind: 'dense', classes: 4, inputs: 800, hidden: [256, 256, 256] };

/** In the config of a run and the metadata of a checkpoint. */
export const DENSE_ARCHITECTURE: Schema<DenseArchitecture> = v.strictObject({
  kind: v.literal('dense'),
  classes: whole(2, 1000),
  inputs: whole(1, 65_536),
  hidden: list(whole(1, 65_536), 16),
} satisfies Properties<DenseArchitecture>);
