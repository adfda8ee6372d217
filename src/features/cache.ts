import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AttuneError } from '../errors.ts';
import { writeWhole } from '../files.ts';
import { SPECTROGRAM_SIZE } from './extractor.ts';
import { type FrontEnd, removedInTraining } from './front-end.ts';

/** Changes when the front end's arithmetic does, so that features of older versions are not taken for new ones. */
const FRONT_END_VERSION = 1;

const SEGMENT_BYTES = SPECTROGRAM_SIZE * Float32Array.BYTES_PER_ELEMENT;

/** Spectrograms on disk, one file an utterance, found by the hash of its audio and the settings of the front end. */
export interface FeatureCache {
  /** the number of segments stored for this audio, or undefined where there are none */
  count(sha256: string): Promise<number | undefined>;
  /** stores `[n, 1, 400, 200]` */
  write(sha256: string, spectrograms: Float32Array): Promise<void>;
  /** reads one segment's spectrogram into `target` */
  read(sha256: string, segment: number, target: Float32Array): void;
}

/**
 * A cache in a folder, which is made where it is missing.
 *
 * @throws AttuneError `usage` where its path is blank, `run` where it cannot be made
 */
export async function openCache(directory: string, frontEnd: FrontEnd): Promise<FeatureCache> {
  if (!directory.trim())
    throw new AttuneError('usage', 'expected a folder for features, got a blank path; name one with --cache');
  const { scaling, shortUtterances, trainHopSeconds } = frontEnd;
  const offset = removedInTraining(frontEnd) && { offset: 'remove' }; // features of before there was this setting keep their name
  const settings = JSON.stringify({ FRONT_END_VERSION, scaling, shortUtterances, trainHopSeconds, ...offset });
  const folder = join(directory, createHash('sha256').update(settings).digest('hex').slice(0, 16));
  await mkdir(folder, { recursive: true }).catch((cause: NodeJS.ErrnoException) => {
    throw new AttuneError(
      'run',
      `the folder for features, ${directory}, cannot be made (${cause.code}); name another with --cache`,
      { cause },
    );
  });
  const path = (sha256: string) => join(folder, `${sha256}.f32`);
  return {
    async count(sha256) {
      const size = await stat(path(sha256)).then(
        (found) => found.size,
        () => undefined,
      );
      return size === undefined || size % SEGMENT_BYTES ? undefined : size / SEGMENT_BYTES;
    },
    write: (sha256, { buffer, byteOffset, byteLength }) =>
      writeWhole(path(sha256), new Uint8Array(buffer, byteOffset, byteLength)),
    read(sha256, segment, target) {
      const file = open(path(sha256));
      try {
        const bytes = new Uint8Array(target.buffer, target.byteOffset, SEGMENT_BYTES);
        const got = readSync(file, bytes, 0, SEGMENT_BYTES, segment * SEGMENT_BYTES);
        if (got !== SEGMENT_BYTES)
          throw new AttuneError('run', `${path(sha256)} is cut short; delete it and start again`);
      } finally {
        closeSync(file);
      }
    },
  };
}

function open(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new AttuneError('run', `the features in ${path} cannot be read (${code}); start the same command again`, {
      cause,
    });
  }
}
