import * as v from 'valibot';
import { floats } from '../arguments.ts';
import { checkedWaveform, type Waveform } from '../audio/waveform.ts';
import { AttuneError } from '../errors.ts';
import { createExtractor } from '../features/extractor.ts';
import { formOf } from '../features/features.ts';
import { type FrontEnd, trainingSegments } from '../features/front-end.ts';
import { list } from '../json.ts';
import type { TrainingData } from './loop.ts';

/** A recording to learn from. */
export interface SoundExample {
  /** its class */
  readonly label: string;
  /** who speaks; of use to networks that take out what tells speakers apart, where it is known of all examples */
  readonly speaker?: string;
  /** mono at 16 kHz; what is shorter than a segment is filled, or dropped, as the front end says */
  readonly waveform: Waveform;
}

/** The features of a recording to learn from, where they were computed before. */
export interface FeaturesExample {
  /** its class */
  readonly label: string;
  /** who speaks */
  readonly speaker?: string;
  /** `[segments, ...shape]` of the front end, `[segments, 1, 400, 200]` for the paper's, one segment after the other */
  readonly features: Float32Array;
}

/** What a network learns from. */
export type Example = SoundExample | FeaturesExample;

/** Features of examples are computed. */
export interface FeaturesEvent {
  /** tells it from others */
  readonly event: 'features';
  /** examples so far */
  readonly done: number;
  /** examples in all */
  readonly inAll: number;
}

/** What a caller gives for examples. */
export const EXAMPLES = list(
  v.union(
    [
      v.looseObject({ label: v.string(), speaker: v.optional(v.string()), waveform: v.looseObject({}) }),
      v.looseObject({ label: v.string(), speaker: v.optional(v.string()), features: floats }),
    ],
    'a label with a waveform or features',
  ),
);

interface DataOptions {
  readonly classes: readonly string[];
  readonly frontEnd: FrontEnd;
  readonly threads: number;
  readonly signal: AbortSignal | undefined;
  readonly onEvent: ((event: FeaturesEvent) => void) | undefined;
}

/**
 * The features of all segments, computed where they are not given.
 *
 * @throws AttuneError `usage` where a label is no class or features are of another size; `audio` where a waveform is none; the signal's reason
 */
export async function dataOf(
  examples: readonly Example[],
  { classes, frontEnd, threads, signal, onEvent }: DataOptions,
): Promise<TrainingData> {
  const { shape, size } = formOf(frontEnd);
  const extractor = await createExtractor(frontEnd, threads);
  const segments: { label: number; features: Float32Array; example: number }[] = [];
  try {
    for (const [example, one] of examples.entries()) {
      signal?.throwIfAborted();
      const label = classes.indexOf(one.label);
      if (label < 0)
        throw new AttuneError(
          'usage',
          `expected a label among ${classes.join(', ')}, got ${one.label} in example ${example}`,
        );
      const features =
        'waveform' in one
          ? await extractor.extract(trainingSegments(checkedWaveform(one.waveform).samples, frontEnd))
          : one.features;
      if (features.length % size)
        throw new AttuneError(
          'usage',
          `expected features of example ${example} to be a multiple of ${size} numbers ([${shape}] a segment), got ${features.length}`,
        );
      for (let first = 0; first < features.length; first += size)
        segments.push({ label, features: features.subarray(first, first + size), example });
      onEvent?.({ event: 'features', done: example + 1, inAll: examples.length });
    }
  } finally {
    await extractor.close();
  }
  const known = examples.every(({ speaker }) => speaker !== undefined);
  return {
    shape,
    labels: segments.map(({ label }) => label),
    ...(known && { speakers: segments.map(({ example }) => examples[example]!.speaker!) }),
    nameOf: (i) => `example ${segments[i]!.example}`,
    read: (i, target) => target.set(segments[i]!.features),
    repeated: { count: segments.length, which: (i) => i },
  };
}
