import * as v from 'valibot';
import { floats, numeric } from '../arguments.ts';
import { AttuneError } from '../errors.ts';
import { checkArgument } from '../json.ts';
import type { Gap } from './gaps.ts';

/** The rate at which everything after decoding works, in Hz. */
export const SAMPLE_RATE = 16_000;

/** One channel of sound. */
export interface Waveform {
  /** `[samples]`, amplitude in [-1, 1] */
  readonly samples: Float32Array;
  /** Hz */
  readonly sampleRate: number;
  /** when the first sample is heard, in seconds of the recording's own clock, 0 or more; absent: 0 */
  readonly startSeconds?: number;
  /** stretches that nobody recorded, in order: silence in `samples` that is not scored; absent: none */
  readonly gaps?: readonly Gap[];
}

/**
 * The greatest magnitude of a sample: what 32-bit integers hold that were stored as floats without scaling. Full scale is 1; what is
 * above is heard all the same, for each segment is scaled by its peak. What is above this is damage, and would end in no number.
 */
export const LARGEST_SAMPLE = 2 ** 31;

/** Resampling overshoots at edges, so what was resampled may be somewhat larger. */
const LARGEST_RESAMPLED = 2 * LARGEST_SAMPLE;

/**
 * What is wrong with the first sample of a file that is not finite or above {@link LARGEST_SAMPLE}; undefined where all are sound.
 *
 * @param before samples that came before these, for its number
 */
export function sampleFault(samples: Float32Array, before: number, most = LARGEST_SAMPLE): string | undefined {
  for (let i = 0; i < samples.length; i++)
    if (!(Math.abs(samples[i]!) <= most)) return told(samples[i]!, before + i, most);
  return undefined;
}

/** {@link sampleFault} of what may have been resampled. */
export const heardFault = (samples: Float32Array, before: number) => sampleFault(samples, before, LARGEST_RESAMPLED);

function told(sample: number, at: number, most: number): string {
  const value = Number.isFinite(sample) ? sample.toExponential(3) : sample;
  return `sample ${at} is ${value}, expected a number from -${most} to ${most} (full scale is 1)`;
}

const WAVEFORM = v.object({
  ...{ samples: floats, sampleRate: numeric, startSeconds: v.optional(numeric) },
  gaps: v.optional(v.array(v.object({ from: numeric, to: numeric }))),
});

/** @throws AttuneError `usage` where it is no waveform; `audio` where it is empty, at another rate, or holds a sample that {@link heardFault} refuses */
export function checkedWaveform(waveform: Waveform): Waveform {
  checkArgument(waveform, WAVEFORM, 'the waveform');
  const { samples, sampleRate, startSeconds = 0, gaps = [] } = waveform;
  if (sampleRate !== SAMPLE_RATE)
    throw new AttuneError(
      'audio',
      `expected a waveform at ${SAMPLE_RATE} Hz, got ${sampleRate} Hz; toWaveform resamples a file`,
    );
  if (samples.length === 0)
    throw new AttuneError('audio', 'the waveform holds no samples; record or decode some sound first');
  if (!(startSeconds >= 0 && Number.isFinite(startSeconds)))
    throw new AttuneError('audio', `expected a waveform that starts at 0 s or later, got ${startSeconds} s`);
  if (!gaps.every(({ from, to }, i) => from >= (gaps[i - 1]?.to ?? 0) && to > from && to <= samples.length))
    throw new AttuneError(
      'audio',
      'expected gaps in order and within the waveform; leave them out, or decode it again',
    );
  const fault = heardFault(samples, 0);
  if (fault) throw new AttuneError('audio', `the waveform's ${fault}; decode or record it again`);
  return waveform;
}
