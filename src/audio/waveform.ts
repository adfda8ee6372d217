import { AttuneError } from '../errors.ts';

/** The rate at which everything after decoding works, in Hz. */
export const SAMPLE_RATE = 16_000;

/** One channel of sound. */
export interface Waveform {
  /** `[samples]`, amplitude in [-1, 1] */
  readonly samples: Float32Array;
  /** Hz */
  readonly sampleRate: number;
}

/** @throws AttuneError `audio` where a waveform is empty, at another rate or not finite */
export function checkedWaveform(waveform: Waveform): Waveform {
  const { samples, sampleRate } = waveform;
  if (sampleRate !== SAMPLE_RATE)
    throw new AttuneError(
      'audio',
      `expected a waveform at ${SAMPLE_RATE} Hz, got ${sampleRate} Hz; toWaveform resamples a file`,
    );
  if (samples.length === 0)
    throw new AttuneError('audio', 'the waveform holds no samples; record or decode some sound first');
  if (!samples.every(Number.isFinite))
    throw new AttuneError('audio', 'the waveform holds samples that are not finite numbers; decode or record it again');
  return waveform;
}
