import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AttuneError } from '../src/errors.ts';
import { readJson, writeJson } from '../src/evaluate/run-folder.ts';
import { type Machine, machine } from './machine.ts';

/** Where and of what the figures hold. */
export interface Circumstances extends Machine {
  /** a digest of src/, for changes that are not committed */
  readonly source: string;
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

export const circumstancesOf = async (threads: number, quick: boolean): Promise<Circumstances> => ({
  ...machine(threads),
  source: await digestOf(fileURLToPath(new URL('../src/', import.meta.url))),
  quick,
});

/** Of all files in a folder, names and contents. */
async function digestOf(folder: string): Promise<string> {
  const hash = createHash('sha256');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const file of files.sort()) hash.update(file.slice(folder.length)).update(await readFile(file));
  return hash.digest('hex').slice(0, 16);
}

const fileIn = (folder: string) => join(folder, 'growth.json');

/**
 * What was measured before, on whatever day, under the same circumstances.
 *
 * @param folder made where it is missing
 * @throws AttuneError `usage` where the folder holds measurements of other circumstances
 */
export async function readMeasured(folder: string, circumstances: Circumstances): Promise<Growth['measured']> {
  await mkdir(folder, { recursive: true });
  const growth = await readJson<Growth>(fileIn(folder));
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
