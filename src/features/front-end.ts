import type { ShortUtterances } from './segments.ts';
import type { Scaling } from './spectrogram.ts';

/** Everything between a waveform and the network's input. A network is used with the front end that it was trained with. */
export interface FrontEnd {
  readonly scaling: Scaling;
  readonly shortUtterances: ShortUtterances;
  /** between the starts of training segments */
  readonly trainHopSeconds: number;
  /** between the starts of segments that are scored */
  readonly testHopSeconds: number;
}

/** Section 2.1: training segments overlap by 1 s, test segments by 1.6 s. */
export const DEFAULT_FRONT_END: FrontEnd = {
  scaling: 'peak',
  shortUtterances: 'pad',
  trainHopSeconds: 1,
  testHopSeconds: 0.4,
};
