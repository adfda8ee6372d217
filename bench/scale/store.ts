import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { writeWhole } from '../../src/files.ts';
import type { Schema } from '../../src/json.ts';
import { readJson, writeJson } from '../../src/run/run-folder.ts';
import type { Machine } from '../machine.ts';
import type { ArchivesFigures } from './archives.ts';
import type { DeathsFigures } from './deaths.ts';
import type { FoldsFigures } from './folds.ts';
import { scalePage } from './page.ts';
import type { RecordingsFigures } from './recordings.ts';

/** Where, when and of what figures hold. */
export interface Circumstances extends Machine {
  readonly quick: boolean;
  /** cores that were in use just before */
  readonly load_before: number;
  /** how long it took to measure */
  readonly took_s: number;
  /** version of Redis */
  readonly redis: string;
}

/** What each part measures. */
export interface Parts {
  readonly folds: FoldsFigures;
  readonly archives: ArchivesFigures;
  readonly recordings: RecordingsFigures;
  readonly deaths: DeathsFigures;
}

/** Who is told while a part is measured. */
export interface Measuring<Figures> {
  /** as little as shows that it works */
  readonly quick: boolean;
  /** a line for who waits */
  readonly say: (line: string) => void;
  /** what is measured so far, which stays where the rest fails or is stopped */
  readonly keep: (figures: Figures) => Promise<void>;
}

/** `scale.json`: a part is there when it was measured, each where and when it says. */
export type ScaleFigures = { readonly [Part in keyof Parts]?: Circumstances & Parts[Part] };

const FIGURES = v.custom<ScaleFigures>(
  (value) => typeof value === 'object' && value !== null && !('machine' in value),
  'the figures of this bench; move an older file away',
) as Schema<ScaleFigures>;

const fileIn = (folder: string) => join(folder, 'scale.json');

/**
 * What was measured before.
 *
 * @throws AttuneError `run` where the file is no such
 */
export const readScale = async (folder: string): Promise<ScaleFigures> =>
  (await readJson(fileIn(folder), FIGURES)) ?? {};

/** Writes the figures, and the page that shows them. */
export async function writeScale(folder: string, figures: ScaleFigures): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeJson(fileIn(folder), figures);
  await writeWhole(join(folder, 'README.md'), scalePage(figures));
}
