import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { type Excerpt, isWhole } from '../audio/excerpt.ts';
import { hashFile } from '../audio/file.ts';
import { createReader, type Heard, type Reader, soundHash } from '../audio/reader.ts';
import { SAMPLE_RATE } from '../audio/waveform.ts';
import { cannotWrite, writeWhole } from '../files.ts';
import { formOf, list, type Properties, type Schema, sha256 } from '../json.ts';
import { isSealed, type Sealed, seal } from '../sealed.ts';

/** Changes when decoding or what is kept does, so that older sketches are not taken for new ones. */
const SKETCH_VERSION = 2;

/** Seconds between values of a sketch's power. */
export const POWER_SECONDS = 0.01;
const POWER_SAMPLES = POWER_SECONDS * SAMPLE_RATE;

/** What is kept of a recording, or an excerpt of one, that was decoded once: all that a manifest and an audit ask of most. */
export interface Sketch {
  /** at 16 kHz */
  readonly durationSeconds: number;
  /** what it decodes with, as sentences that do not name the file */
  readonly warnings: readonly string[];
  /** mean square every {@link POWER_SECONDS}, to six digits, the last piece filled up with silence */
  readonly power: readonly number[];
}

const SKETCH: Schema<Sketch> = v.object({
  durationSeconds: v.custom<number>((seconds) => Number.isFinite(seconds) && (seconds as number) > 0),
  warnings: list(v.string()),
  power: v.custom<number[]>(
    (values) => Array.isArray(values) && values.every((value) => Number.isFinite(value) && value >= 0),
  ),
} satisfies Properties<Sketch>);

const SEALED: Schema<Sealed<Sketch>> = v.object({
  ...{ sha256, content: SKETCH },
} satisfies Properties<Sealed<Sketch>>);

/** Sketches of recordings, by the hash of their bytes, and of excerpts of them. */
export interface Sketches {
  /**
   * @param path of the recording
   * @returns the sketch, and the hash of the whole file
   * @throws AttuneError `audio` where it cannot be read or decoded, or nothing of the excerpt lies in it
   */
  of(path: string, excerpt?: Excerpt): Promise<Sketch & { readonly sha256: string }>;
}

/**
 * Opens the sketches in a folder, made where it is missing, so that a recording of known bytes is not decoded again.
 *
 * @param cache the folder; without one nothing is kept
 * @param read decodes what is not known
 * @throws AttuneError `run` where it cannot be made
 */
export async function openSketches(cache?: string, read: Reader = createReader()): Promise<Sketches> {
  const folder = cache && join(cache, `sketches-${SKETCH_VERSION}`);
  if (folder) await mkdir(folder, { recursive: true }).catch((cause) => Promise.reject(cannotWrite(folder, cause)));
  const fileOf = (sha256: string, excerpt: Excerpt) => folder && join(folder, `${soundHash(sha256, excerpt)}.json`);
  let last: { readonly path: string; readonly sha256: string } | undefined; // excerpts of one file are asked for one after another
  const hashOf = async (path: string, excerpt: Excerpt) => {
    const sha256 = last?.path === path ? last.sha256 : await hashFile(path);
    last = isWhole(excerpt) ? undefined : { path, sha256 };
    return sha256;
  };
  return {
    async of(path, excerpt = {}) {
      const known = await hashOf(path, excerpt);
      const stored = await readSketch(fileOf(known, excerpt), soundHash(known, excerpt));
      if (stored) return { ...stored, sha256: known };
      const { sha256, ...sketch } = sketchOf(await read(path, excerpt)); // of the bytes that were decoded, should the file have changed since
      const file = fileOf(sha256, excerpt);
      const sealed = seal(soundHash(sha256, excerpt), sketch);
      if (file) await writeWhole(file, JSON.stringify(sealed), { sync: false }); // checked when it is read
      return { ...sketch, sha256 };
    },
  };
}

/** A stored sketch, or undefined where there is none, or not the one that was written. */
async function readSketch(file: string | undefined, sound: string): Promise<Sketch | undefined> {
  if (file === undefined) return undefined;
  const stored: unknown = await readFile(file, 'utf8')
    .then(JSON.parse)
    .catch(() => undefined);
  const found = formOf(stored, SEALED); // first: a digest is not taken of what is nested without end
  return 'value' in found && isSealed(sound, stored) ? found.value.content : undefined;
}

const sketchOf = ({ waveform: { samples }, warnings, sha256 }: Heard): Sketch & { readonly sha256: string } => ({
  ...{ sha256, durationSeconds: samples.length / SAMPLE_RATE, warnings, power: powerOf(samples) },
});

/**
 * Mean square every {@link POWER_SECONDS}, to six digits.
 *
 * @param samples `[samples]` at 16 kHz
 * @returns `[ceil(samples / 160)]`
 */
export function powerOf(samples: Float32Array): number[] {
  const sums = new Float64Array(Math.ceil(samples.length / POWER_SAMPLES));
  for (let n = 0; n < samples.length; n++) sums[Math.floor(n / POWER_SAMPLES)]! += samples[n]! ** 2;
  return Array.from(sums, (sum) => Number((sum / POWER_SAMPLES).toPrecision(6)));
}
