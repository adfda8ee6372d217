import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { AttuneError } from '../errors.ts';
import { type LoadedAudio, toWaveform } from './load.ts';

/** A recording read from a file. */
export interface AudioFile extends LoadedAudio {
  /** SHA-256 of the file's bytes, 64 hexadecimal digits */
  readonly sha256: string;
}

/** What went wrong, by the system's error code. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file; check the path',
  EISDIR: 'this is a folder; expected a sound file',
  ENOTDIR: 'a part of this path is a file, not a folder; check the path',
  EACCES: 'reading it is not permitted; check its permissions',
  EPERM: 'reading it is not permitted; check its permissions',
  ERR_FS_FILE_TOO_LARGE: 'it is larger than 2 GiB; cut it into shorter recordings',
};

/**
 * Reads, hashes and decodes a sound file (Node only).
 *
 * @param path of the file; messages name it as it is given
 * @throws AttuneError `audio` where the file cannot be read, and as {@link toWaveform} does
 *
 * @example
 * ```ts
 * import { readAudioFile } from 'attune/node';
 *
 * const { waveform, warnings, sha256 } = await readAudioFile('call.wav');
 * for (const warning of warnings) console.warn(warning);
 * console.log(waveform.samples.length / waveform.sampleRate, 's', sha256);
 * ```
 */
export async function readAudioFile(path: string): Promise<AudioFile> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new AttuneError('audio', `${path}: ${REASONS[code ?? ''] ?? `it cannot be read: ${message}`}.`, { cause });
  }
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { ...(await toWaveform(bytes, path)), sha256 };
}
