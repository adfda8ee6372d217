import { AttuneError } from '../errors.ts';
import { decode } from './decode.ts';
import { resample } from './resample.ts';
import { SAMPLE_RATE, type Waveform } from './waveform.ts';

/** A recording, ready for the features. */
export interface LoadedAudio {
  /** `[samples]` at {@link SAMPLE_RATE} */
  readonly waveform: Waveform;
  /** plain sentences that name the file: damage that was met, a declared length that is not there, silence */
  readonly warnings: readonly string[];
}

/** A peak below this (-66 dBFS, sixteen steps of 16 bits) is silence; A-law's own zero is eight steps. */
const SILENCE_PEAK = 0.0005;

/**
 * Decodes a sound file, mixes it to one channel (the mean) and resamples it to {@link SAMPLE_RATE}. Runs in browsers too.
 *
 * Silence is valid audio: it comes back with a warning.
 *
 * The format is told by the content: WAV, AIFF, FLAC, MP3, Vorbis and Opus in Ogg, Opus in WebM, and with the optional package
 * `@audio/decode-aac` M4A.
 *
 * @param bytes the whole file; not changed
 * @param name what messages call it, such as its path
 * @throws AttuneError `audio`, naming the file, where it is empty, of an unknown format, damaged beyond use, too short to hold a sample, or
 *   holds samples that are not finite
 *
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises';
 * import { toWaveform } from 'attune';
 *
 * // in a page: new Uint8Array(await file.arrayBuffer()), file.name
 * const { waveform, warnings } = await toWaveform(await readFile('call.wav'), 'call.wav');
 * for (const warning of warnings) console.warn(warning);
 * console.log(waveform.sampleRate); // 16000
 * ```
 */
export async function toWaveform(bytes: Uint8Array, name: string): Promise<LoadedAudio> {
  const { channels, sampleRate, warnings } = await decode(bytes, name);
  const samples = await resample(mixToMono(channels), sampleRate, SAMPLE_RATE);
  if (samples.length === 0)
    throw new AttuneError('audio', `${name}: it is too short to hold one sample at ${SAMPLE_RATE} Hz.`);
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0); // NaN, once met, stays
  if (!Number.isFinite(peak))
    throw new AttuneError('audio', `${name}: its samples are too large to resample; export it within [-1, 1].`);
  const silent = peak < SILENCE_PEAK ? [`${name}: it holds only silence (peak ${dBFS(peak)}).`] : [];
  return { waveform: { samples, sampleRate: SAMPLE_RATE }, warnings: [...warnings, ...silent] };
}

/** `[channels][samples]` to `[samples]`: the mean over the channels. */
export function mixToMono(channels: readonly Float32Array[]): Float32Array {
  if (channels.length === 1) return channels[0]!;
  return channels[0]!.map((_, i) => channels.reduce((sum, channel) => sum + channel[i]!, 0) / channels.length);
}

const dBFS = (amplitude: number) => (amplitude > 0 ? `${(20 * Math.log10(amplitude)).toFixed(0)} dBFS` : 'zero');
