import type { ShortUtterances } from './segments.ts';
import type { Scaling } from './spectrogram.ts';

/** Everything between a waveform and the network's input. A network is used with the front end that it was trained with. */
export interface FrontEnd {
  /**
   * how each segment's magnitudes come to the range of the mu-law (Eq. 1): divided by their maximum (`peak`, the default), or stretched to
   * [-1, 1] (`minmax`, the literal reading of section 2.1)
   */
  readonly scaling: Scaling;
  /** an utterance under 2 s gets zeros after it (`pad`, the default), is repeated (`repeat`), or is not trained on (`drop`, scored as `pad`) */
  readonly shortUtterances: ShortUtterances;
  /** between the starts of training segments */
  readonly trainHopSeconds: number;
  /** between the starts of segments that are scored */
  readonly testHopSeconds: number;
}

/** The front end of section 2.1: training segments overlap by 1 s, test segments by 1.6 s. */
export const DEFAULT_FRONT_END: FrontEnd = {
  scaling: 'peak',
  shortUtterances: 'pad',
  trainHopSeconds: 1,
  testHopSeconds: 0.4,
};
