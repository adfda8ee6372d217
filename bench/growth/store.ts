import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { AttuneError } from '../../src/errors.ts';
import { byName, finite, list, type Properties, type Schema } from '../../src/json.ts';
import { readJson, writeJson } from '../../src/run/run-folder.ts';
import type { Machine } from '../machine.ts';

/** Where and of what the figures hold. */
export interface Circumstances extends Machine {
  readonly quick: boolean;
}

/** What one task gave. */
export interface Measured {
  /** of all processes together: of each its median step */
  readonly segments_per_s: number;
  /** of each process's timed steps */
  readonly steps_s: readonly (readonly number[])[];
  /** of the largest process, from its start */
  readonly peak_rss_mb: number;
}

/** `growth.json` */
export interface Growth {
  /** the date is that of the last measurement */
  readonly circumstances: Circumstances;
  /** by the task's name */
  readonly measured: Readonly<Record<string, Measured>>;
}

const MEASURED: Schema<Measured> = v.object({
  ...{ segments_per_s: finite, steps_s: list(list(finite)), peak_rss_mb: finite },
} satisfies Properties<Measured>);

const GROWTH: Schema<Growth> = v.object({
  circumstances: v.custom<Circumstances>((value) => typeof value === 'object' && value !== null, 'an object'),
  measured: byName(MEASURED),
} satisfies Properties<Growth>);

const fileIn = (folder: string) => join(folder, 'growth.json');

/**
 * What was measured before, on whatever day, under the same circumstances.
 *
 * @param folder made where it is missing
 * @throws AttuneError `usage` where the folder holds measurements of other circumstances
 */
export async function readMeasured(folder: string, circumstances: Circumstances): Promise<Growth['measured']> {
  await mkdir(folder, { recursive: true });
  const growth = await readJson(fileIn(folder), GROWTH);
  if (!growth) return {};
  const names = Object.keys(circumstances) as (keyof Circumstances)[];
  const other = names.find((name) => name !== 'date' && growth.circumstances[name] !== circumstances[name]);
  if (other)
    throw new AttuneError(
      'usage',
      `the measurements in ${folder} were made with ${other} ${growth.circumstances[other]}, now it is ${circumstances[other]}; give another --out, or remove growth.json there`,
    );
  return growth.measured;
}

export const writeGrowth = (folder: string, growth: Growth) => writeJson(fileIn(folder), growth);
