import type { Tensor } from '../graph/graph.ts';
import { encoderFrames, frameWidth } from './encoder/frames.ts';
import { ENCODER_FRAMES } from './encoder/identity.ts';
import { encoderFor } from './encoder/weights.ts';
import {
  type EncoderFrontEnd,
  type FrontEnd,
  removedInTraining,
  type Segmentation,
  type SpectrogramFrontEnd,
} from './front-end.ts';
import { BINS, FRAMES, SPECTROGRAM_SIZE, spectrogram } from './spectrogram.ts';

/** What features are, before any is computed. */
export interface FeatureForm {
  /** of one segment, such as `[1, 400, 200]` */
  readonly shape: readonly number[];
  /** elements of one segment */
  readonly size: number;
  /** all that features of training depend on beside the sound; names what is kept of them, and changes when their arithmetic does */
  readonly key: Readonly<Record<string, unknown>>;
}

/** What a front end makes of segments, whatever its kind: training, scoring, explanation and export know no more of it. */
export interface Features extends FeatureForm {
  /** Segments `[n, 32000]` to features `[n, ...shape]`. */
  of(samples: Tensor): Tensor;
  /** What of segments is shown to people, `[n, 1, 400, 200]`: their features where those are spectrograms, else the paper's spectrograms. */
  shown(samples: Tensor, features: Tensor): Tensor;
}

/** What of the cutting into segments the features of training depend on. */
function cutOf(frontEnd: Segmentation) {
  const { shortUtterances, trainHopSeconds } = frontEnd;
  return { shortUtterances, trainHopSeconds, offset: removedInTraining(frontEnd) ? 'remove' : 'keep' };
}

/** What of an encoder its frames depend on. */
const heardBy = ({ encoder, blocks, joined, heardDecibels }: EncoderFrontEnd) => ({
  ...{ encoder, blocks, heardDecibels },
  ...(joined && { joined }),
});

interface Kind<F> {
  readonly form: (frontEnd: F) => FeatureForm;
  readonly open: (frontEnd: F) => Promise<Features['of']>;
  readonly shown: Features['shown'];
}

/** The front ends by kind. */
const KINDS: { readonly spectrogram: Kind<SpectrogramFrontEnd>; readonly encoder: Kind<EncoderFrontEnd> } = {
  spectrogram: {
    form: (frontEnd) => ({
      shape: [1, BINS, FRAMES],
      size: SPECTROGRAM_SIZE,
      key: { FRONT_END_VERSION: 1, scaling: frontEnd.scaling, ...cutOf(frontEnd) },
    }),
    open:
      async ({ scaling }) =>
      (samples) =>
        spectrogram(samples, scaling),
    shown: (_, features) => features,
  },
  encoder: {
    form: (frontEnd) => ({
      shape: [ENCODER_FRAMES, frameWidth(frontEnd) + 1],
      size: ENCODER_FRAMES * (frameWidth(frontEnd) + 1),
      key: { ENCODER_VERSION: 1, ...heardBy(frontEnd), ...cutOf(frontEnd) },
    }),
    async open(frontEnd) {
      const { tensors } = await encoderFor(frontEnd);
      return (samples) => encoderFrames(samples, tensors, frontEnd);
    },
    shown: (samples) => spectrogram(samples, 'peak'),
  },
};

const kindOf = (frontEnd: FrontEnd) => KINDS[frontEnd.kind ?? 'spectrogram'] as unknown as Kind<FrontEnd>;

/** What a front end's features are. */
export const formOf = (frontEnd: FrontEnd): FeatureForm => kindOf(frontEnd).form(frontEnd);

/**
 * A front end ready to be put into graphs.
 *
 * @throws AttuneError `checkpoint` where it needs numbers that cannot be read, or others than are there
 */
export async function openFeatures(frontEnd: FrontEnd): Promise<Features> {
  const { open, shown } = kindOf(frontEnd);
  return { ...formOf(frontEnd), of: await open(frontEnd), shown };
}
