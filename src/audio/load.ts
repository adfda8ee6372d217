import type { SoundBytes } from './bytes.ts';
import { openSound, waveformOf } from './stream.ts';
import type { Waveform } from './waveform.ts';

/** A recording, ready for the features. */
export interface LoadedAudio {
  /** `[samples]` at 16 kHz */
  readonly waveform: Waveform;
  /** plain sentences that name the file: damage that was met, a declared length that is not there, silence */
  readonly warnings: readonly string[];
}

/** What spoils a recording for training too; how well it was recorded is the corpus's own affair. */
const SPOILT = ['incomplete', 'damaged', 'silence'];

/**
 * Decodes a sound file, mixes it to one channel (the mean) and resamples it to 16 kHz, all in memory. Runs in browsers too.
 * What is long is better scored as a stream: `openSound`.
 *
 * Silence is valid audio: it comes back with a warning.
 *
 * @param source the whole file; formats as in `openDecoded`
 * @param name what messages call it, such as its path
 * @throws AttuneError `audio` as `openSound` does
 */
export async function toWaveform(source: SoundBytes, name: string): Promise<LoadedAudio> {
  const stream = await openSound(source, name);
  const waveform = await waveformOf(stream);
  const warnings = stream.warnings.filter(({ code }) => SPOILT.includes(code));
  return { waveform, warnings: warnings.map(({ message }) => `${name}: ${message}`) };
}
