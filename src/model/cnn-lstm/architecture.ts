import * as v from 'valibot';
import type { Padding } from '../../graph/functions.ts';
import { type Properties, type Schema, whole, within } from '../../json.ts';

/** What the network of Satt et al. 2017 is built from: convolutions over time and frequency, and an LSTM over time. */
export interface CnnLstmArchitecture {
  /** what tells the family */
  readonly kind: 'cnn-lstm';
  /** length of the logits, 2 to 1000 */
  readonly classes: number;
  /** bins of a spectrogram, 8 to 1024; 200 of 20 Hz */
  readonly bins: number;
  /** frames of a spectrogram, 8 to 10,000; 300 of 10 ms */
  readonly frames: number;
  /** numbers that each direction of the LSTM keeps, 1 to 4096 */
  readonly hidden: number;
  /** numbers of the layer before the last, 1 to 4096 */
  readonly dense: number;
  /** the chance of a unit of that layer to be dropped in a step of training, 0 to 0.95 */
  readonly dropout: number;
}

/** The network of Satt et al. 2017 for four classes, before spectrograms of 3 s with bins of 20 Hz. */
export const DEFAULT_CNN_LSTM: CnnLstmArchitecture = {
  ...{ kind: 'cnn-lstm', classes: 4, bins: 200, frames: 300 },
  ...{ hidden: 128, dense: 64, dropout: 0.5 },
};

/** What of an architecture is no more than sizes, in the config of a run and the metadata of a checkpoint. */
export const CNN_LSTM_SIZES = {
  bins: whole(8, 1024),
  frames: whole(8, 10_000),
  hidden: whole(1, 4096),
  dense: whole(1, 4096),
  dropout: within(0, 0.95),
} satisfies Properties<Omit<CnnLstmArchitecture, 'kind' | 'classes'>>;

/** In the config of a run and the metadata of a checkpoint. */
export const CNN_LSTM_ARCHITECTURE: Schema<CnnLstmArchitecture> = v.strictObject({
  ...{ kind: v.literal('cnn-lstm'), classes: whole(2, 1000) },
  ...CNN_LSTM_SIZES,
} satisfies Properties<CnnLstmArchitecture>);

/** Channels, height and width of each convolution's filters; each is followed by a ReLU and a 2x2 pool. */
const FILTERS = [
  [16, 12, 16],
  [24, 8, 12],
  [32, 5, 7],
] as const;

export interface Convolution {
  readonly name: string;
  /** `[out, in, height, width]` */
  readonly shape: readonly [number, number, number, number];
  /** outputs are as large as inputs; of zeros that cannot be shared out evenly one more stands at the end */
  readonly padding: Padding;
}

export const CONVOLUTIONS: readonly Convolution[] = FILTERS.map(([out, height, width], i) => {
  const [above, before] = [height, width].map((taps) => Math.floor((taps - 1) / 2)) as [number, number];
  return {
    name: `conv${i + 1}`,
    shape: [out, i ? FILTERS[i - 1]![0] : 1, height, width],
    padding: [above, before, height - 1 - above, width - 1 - before],
  };
});

/** What is left of a side behind the pools. */
export const pooledSide = (side: number): number => CONVOLUTIONS.reduce((left) => Math.floor(left / 2), side);
