import type { Tensor } from '../graph/graph.ts';
import { type FrontEnd, removedInTraining, type Segmentation, type SpectrogramFrontEnd } from './front-end.ts';
import { BINS, FRAMES, SPECTROGRAM_SIZE, spectrogram } from './spectrogram.ts';

/** What a front end makes of segments, whatever its kind: training, scoring, explanation and export know no more of it. */
export interface Features {
  /** of one segment, such as `[1, 400, 200]` */
  readonly shape: readonly number[];
  /** elements of one segment */
  readonly size: number;
  /** all that features of training depend on beside the sound; names what is kept of them, and changes when their arithmetic does */
  readonly key: Readonly<Record<string, unknown>>;
  /** Segments `[n, 32000]` to features `[n, ...shape]`. */
  of(samples: Tensor): Tensor;
}

/** What of the cutting into segments the features of training depend on. */
function cutOf(frontEnd: Segmentation) {
  const { shortUtterances, trainHopSeconds } = frontEnd;
  return { shortUtterances, trainHopSeconds, offset: removedInTraining(frontEnd) ? 'remove' : 'keep' };
}

/** The front ends by kind. */
const KINDS = {
  spectrogram: (frontEnd: SpectrogramFrontEnd): Features => ({
    shape: [1, BINS, FRAMES],
    size: SPECTROGRAM_SIZE,
    key: { FRONT_END_VERSION: 1, scaling: frontEnd.scaling, ...cutOf(frontEnd) },
    of: (samples) => spectrogram(samples, frontEnd.scaling),
  }),
};

/** What a front end makes of segments. */
export const featuresOf = (frontEnd: FrontEnd): Features => KINDS[frontEnd.kind ?? 'spectrogram'](frontEnd);
