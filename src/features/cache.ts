import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AttuneError } from '../errors.ts';
import { writeWhole } from '../files.ts';
import type { AnyFrontEnd } from './descriptors/front-end.ts';
import { type FeatureFile, featureBytes, LAYOUT_VERSION, withFeatureFile } from './feature-file.ts';
import { formOf } from './features.ts';

/**
 * Features on disk, one file an utterance, found by the hash of its audio and the settings of the front end. Where that cuts no segments, a
 * frame stands in for one.
 */
export interface FeatureCache {
  /** of the features of one segment */
  readonly shape: readonly number[];
  /** the number of segments stored for this audio, after reading all of them; undefined where there are none, or one is damaged */
  check(sha256: string): Promise<number | undefined>;
  /** the number of segments stored for this audio, or undefined where there are none; they are not read */
  count(sha256: string): Promise<number | undefined>;
  /** stores `[n, ...shape]` */
  write(sha256: string, features: Float32Array): Promise<void>;
  /**
   * reads one segment's features into `target`
   *
   * @throws AttuneError `run` where it is not what was written
   */
  read(sha256: string, segment: number, target: Float32Array): void;
  /**
   * the features of all segments, `[n, ...shape]`
   *
   * @throws AttuneError `run` where they are missing, or not what was written
   */
  readAll(sha256: string): Float32Array;
}

/**
 * A cache in a folder, which is made where it is missing.
 *
 * @throws AttuneError `usage` where its path is blank, `run` where it cannot be made
 */
export async function openCache(directory: string, frontEnd: AnyFrontEnd): Promise<FeatureCache> {
  if (!directory.trim())
    throw new AttuneError('usage', 'expected a folder for features, got a blank path; name one with `cache`');
  const { shape, size, key } = formOf(frontEnd);
  const settings = JSON.stringify({ LAYOUT_VERSION, ...key });
  const folder = join(directory, createHash('sha256').update(settings).digest('hex').slice(0, 16));
  await mkdir(folder, { recursive: true }).catch((cause: NodeJS.ErrnoException) => {
    throw new AttuneError(
      'run',
      `the folder for features, ${directory}, cannot be made (${cause.code}); name another with \`cache\``,
      { cause },
    );
  });
  const damaged = (path: string) =>
    new AttuneError('run', `the features in ${path} are damaged; start the same command again, it makes them anew`);
  const pathOf = (sha256: string) => join(folder, `${sha256}.f32`);
  const open = <T>(path: string, use: (file: FeatureFile) => T) => withFeatureFile(path, size, use);
  return {
    shape,
    async check(sha256) {
      const segment = new Float32Array(size);
      return whereThere(() =>
        open(pathOf(sha256), ({ count, read }) => {
          for (let i = 0; i < (count ?? 0); i++) if (!read(i, segment)) return undefined;
          return count;
        }),
      );
    },
    count: async (sha256) => whereThere(() => open(pathOf(sha256), ({ count }) => count)),
    // not synced: after a power failure the checksums tell what is missing, and it is made again
    write: (sha256, features) => writeWhole(pathOf(sha256), featureBytes(features, size), { sync: false }),
    read(sha256, segment, target) {
      const path = pathOf(sha256);
      const isWhole = reading(path, () => open(path, ({ read }) => read(segment, target)));
      if (!isWhole) throw damaged(path);
    },
    readAll(sha256) {
      const path = pathOf(sha256);
      const found = reading(path, () =>
        open(path, ({ count, read }) => {
          const all = new Float32Array((count ?? 0) * size);
          const isWhole = (i: number) => read(i, all.subarray(i * size, (i + 1) * size));
          return count && Array.from({ length: count }, (_, i) => i).every(isWhole) ? all : undefined;
        }),
      );
      if (!found) throw damaged(path);
      return found;
    },
  };
}

/** What cannot be read is as good as not there: it is made again. */
function whereThere<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (typeof (error as NodeJS.ErrnoException).code === 'string') return undefined;
    throw error;
  }
}

function reading<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new AttuneError('run', `the features in ${path} cannot be read (${code}); start the same command again`, {
      cause,
    });
  }
}
