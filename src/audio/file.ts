import { createHash } from 'node:crypto';
import { type FileHandle, stat } from 'node:fs/promises';
import * as v from 'valibot';
import { AttuneError } from '../errors.ts';
import { locate } from '../file-names.ts';
import { checkArgument } from '../json.ts';
import { inputIsFolder, NOT_A_FILE, openFile } from '../read-file.ts';
import { LOAD_OPTIONS, type LoadedAudio, type LoadOptions, loadSound } from './load.ts';
import { openSound, type SoundOptions, type SoundStream } from './stream.ts';

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
  EIO: 'the disk or the network failed while it was read; copy it elsewhere and try again',
  ESTALE: 'it was taken away while it was read; check the path',
};

/** Bytes read at a time. */
const PIECE = 262_144;

/**
 * Reads, hashes and decodes a sound file (Node only).
 *
 * @param path of the file; messages name it as it is given
 * @throws AttuneError `audio` where the file cannot be read, and as `toWaveform` does; the signal's reason where it is aborted
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
export async function readAudioFile(path: string, options: LoadOptions = {}): Promise<AudioFile> {
  checkArgument(path, v.string(), 'the path');
  checkArgument(options, LOAD_OPTIONS, 'the options');
  const { warnings, ...read } = await readSound(path, options);
  return { ...read, warnings: warnings.map(({ message }) => `${path}: ${message}`) };
}

/** As {@link readAudioFile}, its warnings with their codes. */
export async function readSound(path: string, options: LoadOptions = {}) {
  const hash = createHash('sha256');
  const file = await openFile(path).catch(refuse(path));
  const hashed = async function* () {
    for await (const piece of filePieces(path, file)) {
      hash.update(piece);
      yield piece;
    }
  };
  try {
    const { size } = await file.stat();
    return { ...(await loadSound(hashed(), path, { ...options, size })), sha256: hash.digest('hex') };
  } finally {
    await file.close();
  }
}

/** What tells a file from another in its place. */
export interface FileStamp {
  readonly bytes: number;
  readonly written: number;
  readonly changed: number;
}

/**
 * What tells a file from another in its place, without opening it.
 *
 * @returns its size, and when it was written, and it or its name changed, ms
 * @throws AttuneError `audio` where there is none, as where it would be read
 */
export async function fileStamp(path: string): Promise<FileStamp> {
  const { size, mtimeMs, ctimeMs } = await stat(await locate(path)).catch(refuse(path));
  return { bytes: size, written: mtimeMs, changed: ctimeMs };
}

/**
 * Hashes a file without decoding it.
 *
 * @returns SHA-256 of its bytes, 64 hexadecimal digits
 * @throws AttuneError `audio` where it cannot be read
 */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of filePieces(path)) hash.update(piece);
  return hash.digest('hex');
}

/**
 * Opens a sound file, or standard input, as a stream (Node only), which must be walked through or closed.
 *
 * @param path of the file, or `-` for standard input; messages name it as it is given
 * @param options `maxSeconds` and `signal` as of {@link openSound}
 * @throws AttuneError `audio` where the file cannot be read, and as {@link openSound} does; the signal's reason where it is aborted
 *
 * @example
 * ```ts
 * import { loadRecognizer, readAudioStream } from 'attune/node';
 *
 * const recognizer = await loadRecognizer();
 * const { segments } = await recognizer.recognize(await readAudioStream('call.wav'), {
 *   onProgress: ({ seconds, fraction }) => console.error(seconds, fraction),
 * });
 * console.log(segments[0]!.start); // 0
 * await recognizer.close();
 * ```
 */
export async function readAudioStream(path: string, options: Omit<SoundOptions, 'size'> = {}): Promise<SoundStream> {
  checkArgument(path, v.string(), 'the path');
  checkArgument(options, LOAD_OPTIONS, 'the options');
  if (path === '-') {
    if (inputIsFolder()) throw unread('standard input', REASONS.EISDIR!);
    return openSound(process.stdin as AsyncIterable<Uint8Array>, 'standard input', options);
  }
  const file = await openFile(path).catch(refuse(path));
  try {
    const { size } = await file.stat();
    return await openSound(filePieces(path, file), path, { ...options, size });
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** The bytes of a file, closed at the end. */
async function* filePieces(path: string, opened?: FileHandle): AsyncGenerator<Uint8Array> {
  const file = opened ?? (await openFile(path).catch(refuse(path)));
  try {
    for (;;) {
      const { bytesRead, buffer } = await file.read(new Uint8Array(PIECE), 0, PIECE, null).catch(refuse(path));
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

const refuse = (path: string) => (cause: NodeJS.ErrnoException) => {
  if (cause instanceof AttuneError) throw cause;
  const told =
    cause.code === NOT_A_FILE ? `${cause.message}; save its sound as one` : `it cannot be read: ${cause.message}`;
  throw unread(path, REASONS[cause.code ?? ''] ?? told, cause);
};

const unread = (path: string, reason: string, cause?: Error) =>
  new AttuneError('audio', `${path}: ${reason}.`, { cause });
