import type { Tensor } from '../graph/graph.ts';
import type { Values } from '../graph/session.ts';
import type { AnyFrontEnd } from './descriptors/front-end.ts';
import { namesOf } from './descriptors/sets.ts';
import { encoderFrames, frameWidth } from './encoder/frames.ts';
import { ENCODER_FRAMES } from './encoder/identity.ts';
import { encoderFor } from './encoder/weights.ts';
import {
  type EncoderFrontEnd,
  type FrontEnd,
  type LogSpectrogramFrontEnd,
  type OnnxFrontEnd,
  removedInTraining,
  type SpectrogramFrontEnd,
} from './front-end.ts';
import { gridOf, logSpectrogram } from './log-spectrogram.ts';
import type { MfccFrontEnd } from './mfcc/front-end.ts';
import { COEFFICIENTS, mfcc, mfccFrames } from './mfcc/mfcc.ts';
import { fedAs, fitting, type OnnxEncoder, refuseIdle } from './outside/fit.ts';
import type { Segmentation } from './segmentation.ts';
import { SEGMENT_SAMPLES, segmentSamples } from './segments.ts';
import { BINS, FRAMES, framesIn, SPECTROGRAM_SIZE, spectrogram } from './spectrogram.ts';

/** What features are, before any is computed. */
export interface FeatureForm {
  /** of one segment, such as `[1, 400, 200]`, or of one frame, where recordings are not cut into segments */
  readonly shape: readonly number[];
  /** their product */
  readonly size: number;
  /** all that features of training depend on beside the sound; names what is kept of them, and changes when their arithmetic does */
  readonly key: Readonly<Record<string, unknown>>;
}

/** What a front end makes of segments, whatever its kind: training, scoring, explanation and export know no more of it. */
export interface Features extends FeatureForm {
  /** what must run before a graph that has {@link Features.of}: it feeds that graph's further inputs. Absent: nothing */
  readonly before?: Before;
  /** Segments `[n, 32000]` to features `[n, ...shape]`. */
  of(samples: Tensor): Tensor;
  /** What of segments of 2 s is shown to people, `[n, 1, 400, 200]`: their features where those are spectrograms, else the paper's spectrograms. */
  shown(samples: Tensor, features: Tensor): Tensor;
}

/** What of the cutting into segments the features of training depend on. */
function cutOf(frontEnd: Segmentation) {
  const { shortUtterances, trainHopSeconds, segmentSeconds, lastSegment } = frontEnd;
  return {
    ...{ shortUtterances, trainHopSeconds, offset: removedInTraining(frontEnd) ? 'remove' : 'keep' },
    ...(segmentSeconds !== undefined && { segmentSeconds }),
    ...(lastSegment && { lastSegment }),
  };
}

/** What of an encoder its frames depend on. */
const heardBy = ({ encoder, blocks, joined, heardDecibels }: EncoderFrontEnd) => ({
  ...{ encoder, blocks, heardDecibels },
  ...(joined && { joined }),
});

/** From segments `[n, 32000]` to what else a graph is fed, by name: what graphs of ours cannot compute. */
export type Before = (samples: Values) => Promise<Readonly<Record<string, Values>>>;

interface Kind<F> {
  readonly form: (frontEnd: F) => FeatureForm;
  /** @param encoder that was given */
  readonly open: (frontEnd: F, encoder?: OnnxEncoder) => Promise<Pick<Features, 'of' | 'before'>>;
  readonly shown: Features['shown'];
}

/** The front ends by kind. */
const KINDS: {
  readonly spectrogram: Kind<SpectrogramFrontEnd>;
  readonly encoder: Kind<EncoderFrontEnd>;
  readonly onnx: Kind<OnnxFrontEnd>;
  readonly 'log-spectrogram': Kind<LogSpectrogramFrontEnd>;
  readonly mfcc: Kind<MfccFrontEnd>;
} = {
  spectrogram: {
    form: (frontEnd) => ({
      shape: [1, BINS, FRAMES],
      size: SPECTROGRAM_SIZE,
      key: { FRONT_END_VERSION: 1, scaling: frontEnd.scaling, ...cutOf(frontEnd) },
    }),
    open: async ({ scaling }) => ({ of: (samples) => spectrogram(samples, scaling) }),
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
      return { of: (samples) => encoderFrames(samples, tensors, frontEnd) };
    },
    shown: (samples) => spectrogram(samples, 'peak'),
  },
  onnx: {
    form: (frontEnd) => ({
      shape: [ENCODER_FRAMES, frontEnd.width + 1],
      size: ENCODER_FRAMES * (frontEnd.width + 1),
      key: { OUTSIDE_VERSION: 1, ...fedAs(frontEnd), ...cutOf(frontEnd) },
    }),
    async open(frontEnd, encoder) {
      const { extract } = fitting(frontEnd, encoder);
      const shape = [ENCODER_FRAMES, frontEnd.width + 1];
      return {
        of: (samples) => samples.graph.input(FRAMES_INPUT, ['batch', ...shape]),
        async before({ data, shape: [count = 0] }) {
          const segments = Array.from({ length: count }, (_, i) =>
            (data as Float32Array).subarray(i * SEGMENT_SAMPLES, (i + 1) * SEGMENT_SAMPLES),
          );
          return { [FRAMES_INPUT]: { data: await extract(segments), shape: [count, ...shape] } };
        },
      };
    },
    shown: (samples) => spectrogram(samples, 'peak'),
  },
  'log-spectrogram': {
    form: (frontEnd) => {
      const { binHertz, scaling, floorDecibels } = frontEnd;
      const { bins, samples } = gridOf(binHertz, segmentSamples(frontEnd));
      const key = { LOG_SPECTROGRAM_VERSION: 1, binHertz, scaling, floorDecibels, ...cutOf(frontEnd) };
      return { shape: [1, bins, framesIn(samples)], size: bins * framesIn(samples), key };
    },
    async open(frontEnd) {
      const { binHertz, scaling, floorDecibels } = frontEnd;
      const grid = gridOf(binHertz, segmentSamples(frontEnd));
      return { of: (samples) => logSpectrogram(samples, grid, scaling, floorDecibels) };
    },
    shown: (_, features) => features,
  },
  mfcc: {
    form: (frontEnd) => {
      const frames = mfccFrames(segmentSamples(frontEnd));
      const shape = [1, COEFFICIENTS, frames];
      return { shape, size: COEFFICIENTS * frames, key: { MFCC_VERSION: 1, ...cutOf(frontEnd) } };
    },
    open: async (frontEnd) => ({ of: (samples) => mfcc(samples, segmentSamples(frontEnd)) }),
    shown: (_, features) => features,
  },
};

/** Of a graph behind an encoder of the user's own: what that one hears. */
const FRAMES_INPUT = 'frames';

const kindOf = (frontEnd: FrontEnd) => KINDS[frontEnd.kind ?? 'spectrogram'] as unknown as Kind<FrontEnd>;

/** What a front end's features are. */
export function formOf(frontEnd: AnyFrontEnd): FeatureForm {
  if (frontEnd.kind !== 'descriptors') return kindOf(frontEnd).form(frontEnd);
  const { set } = frontEnd;
  const { length } = namesOf(set);
  return { shape: [length], size: length, key: { DESCRIPTORS_VERSION: 1, set } };
}

/**
 * A front end ready to be put into graphs.
 *
 * @param encoder of the user's own, which front ends of kind `onnx` must have, and no other
 * @throws AttuneError `checkpoint` where it needs numbers that cannot be read, or others than are there; `usage` where an encoder is missing
 *   or given in vain
 */
export async function openFeatures(frontEnd: FrontEnd, encoder?: OnnxEncoder): Promise<Features> {
  const { open, shown } = kindOf(frontEnd);
  refuseIdle(frontEnd, encoder);
  return { ...formOf(frontEnd), ...(await open(frontEnd, encoder)), shown };
}
