import * as v from 'valibot';
import { type Options, signal } from '../arguments.ts';
import { checkArgument } from '../json.ts';
import type { SoundBytes } from './bytes.ts';
import type { SoundWarning } from './quality.ts';
import { bounded, openSound, type SoundOptions, seconds, waveformOf } from './stream.ts';
import type { Waveform } from './waveform.ts';

/** A recording, ready for the features. */
export interface LoadedAudio {
  /** `[samples]` at 16 kHz */
  readonly waveform: Waveform;
  /** plain sentences that name the file: damage that was met, a declared length that is not there, channels that cancel each other, silence */
  readonly warnings: readonly string[];
}

/** How a recording is read whole. */
export interface LoadOptions {
  /**
   * the most seconds of sound that are read; a longer recording is an error, told at once where a whole file declares its length; above 0,
   * default 14400, whatever it declares: four hours take 0.9 GB
   */
  readonly maxSeconds?: number;
  /** stops the reading: it throws the signal's reason, and the file is let go of */
  readonly signal?: AbortSignal;
}

export const LOAD_OPTIONS = v.strictObject({
  ...{ maxSeconds: v.optional(seconds), signal: v.optional(signal) },
} satisfies Options<LoadOptions>);

const MOST_SECONDS = 14_400;

/** What spoils a recording for training too; how well it was recorded is the corpus's own affair. */
const SPOILT = ['incomplete', 'damaged', 'gap', 'silence', 'cancellation'];

/**
 * Decodes a sound file, mixes it to one channel (the mean; the louder one where channels cancel each other) and resamples it to 16 kHz,
 * all in memory. Runs in browsers too.
 * What is long is better scored as a stream: `openSound`.
 *
 * Silence is valid audio: it comes back with a warning.
 *
 * The format is told by the content: WAV, AIFF, FLAC, MP3, Vorbis and Opus in Ogg, Opus in WebM, and with the optional package
 * `@audio/decode-aac` M4A.
 *
 * @param source the whole file, not changed
 * @param name what messages call it, such as its path
 * @throws AttuneError `audio`, naming the file, where it is empty, of an unknown format, damaged beyond use, too short to hold a sample, or
 *   holds samples that are not finite, or lasts too long; `usage` where an argument is none; the signal's reason where it is aborted
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
export async function toWaveform(source: SoundBytes, name: string, options: LoadOptions = {}): Promise<LoadedAudio> {
  checkArgument(options, LOAD_OPTIONS, 'the options');
  const { waveform, warnings } = await loadSound(source, name, options);
  return { waveform, warnings: warnings.map(({ message }) => `${name}: ${message}`) };
}

/** As {@link toWaveform}, its warnings with their codes. */
export async function loadSound(
  source: SoundBytes,
  name: string,
  { maxSeconds, ...options }: LoadOptions & Pick<SoundOptions, 'size'> = {},
): Promise<{ readonly waveform: Waveform; readonly warnings: readonly SoundWarning[] }> {
  const stream = await openSound(source, name, { ...options, ...(maxSeconds !== undefined && { maxSeconds }) });
  const waveform = await waveformOf(stream, bounded(stream, maxSeconds ?? MOST_SECONDS, name)); // which declarations do not decide
  return { waveform, warnings: stream.warnings.filter(({ code }) => SPOILT.includes(code)) };
}
