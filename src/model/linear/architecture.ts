import * as v from 'valibot';
import { BINS } from '../../features/spectrogram.ts';
import { type Properties, type Schema, whole } from '../../json.ts';

/** What a linear classifier of mean spectra is built from: what a network should be better than. */
export interface LinearArchitecture {
  /** what tells the family */
  readonly kind: 'linear';
  /** length of the logits, 2 to 1000 */
  readonly classes: number;
  /** equal bands that the spectrogram's 400 bins are averaged in, a divisor of 400; 40 are of 100 Hz each */
  readonly bands: number;
}

export const DEFAULT_LINEAR: LinearArchitecture = { kind: 'linear', classes: 4, bands: 40 };

/** In the config of a run and the metadata of a checkpoint. */
export const LINEAR_ARCHITECTURE: Schema<LinearArchitecture> = v.strictObject({
  kind: v.literal('linear'),
  classes: whole(2, 1000),
  bands: v.custom<number>(
    (bands) => Number.isInteger(bands) && (bands as number) > 0 && BINS % (bands as number) === 0,
    `a divisor of ${BINS}`,
  ),
} satisfies Properties<LinearArchitecture>);
