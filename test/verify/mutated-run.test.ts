import { readFile, rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AttuneError } from '../../src/errors.ts';
import { readComparedRun } from '../../src/evaluate/compared-runs.ts';
import { readSafetensors, writeSafetensors } from '../../src/graph/safetensors.ts';
import { readCheckpoint } from '../../src/model/checkpoint.ts';
import { runPaths } from '../../src/run/run-folder.ts';
import { verifyRun } from '../../src/verify/verify.ts';
import { temporaryFolder } from '../cli/attune.ts';
import { writeFinishedRun } from '../evaluate/finished-run.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Values of every kind; in place of each key they are of another type than it, or out of its range. */
const VALUES: readonly (Json | undefined)[] = [undefined, null, {}, [], '', -1];

/** The paths to all keys of a value; of a list's entries the first stands for all. */
function pathsIn(value: Json, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return path.length ? [path] : [];
  const keys = Array.isArray(value) ? Object.keys(value).slice(0, 1) : Object.keys(value);
  const below = keys.flatMap((key) => pathsIn((value as Record<string, Json>)[key]!, [...path, key]));
  return [...(path.length ? [path] : []), ...below];
}

/** The value with another at a path; undefined takes the key out. */
function changedAt(value: Json, [key, ...rest]: readonly string[], now: Json | undefined): Json {
  const copy = structuredClone(value) as Record<string, Json>;
  if (rest.length) copy[key!] = changedAt(copy[key!]!, rest, now);
  else if (now !== undefined) copy[key!] = now;
  else if (Array.isArray(copy)) copy.splice(Number(key), 1);
  else delete copy[key!];
  return copy;
}

const mutantsOf = (value: Json) =>
  pathsIn(value).flatMap((path) =>
    VALUES.map((now) => ({ name: `${path.join('.')} = ${JSON.stringify(now)}`, value: changedAt(value, path, now) })),
  );

/** What work fails with is an error of Attune, a line that names the file. */
async function failsWell(work: () => unknown, file: string, name: string): Promise<boolean> {
  try {
    await work();
    return false;
  } catch (error) {
    expect(error, `${file}: ${name}`).toBeInstanceOf(AttuneError);
    expect((error as Error).message, name).toContain(file);
    expect((error as Error).message, name).not.toContain('\n');
    return true;
  }
}

describe('a run with one key changed', async () => {
  const run = await writeFinishedRun(await temporaryFolder());
  const paths = runPaths(run);

  it.each([
    ['config.json', paths.config, 100],
    ['manifest.json', paths.manifest, 50],
  ])('is refused for its %s, or compared and verified', async (_, path, least) => {
    const [text, hashes] = await Promise.all([path, paths.hashes].map((file) => readFile(file, 'utf8')));
    await rm(paths.hashes); // which would tell of any change at once
    let refused = 0;
    for (const { name, value } of mutantsOf(JSON.parse(text!) as Json)) {
      await writeFile(path, JSON.stringify(value));
      if (await failsWell(() => readComparedRun(run), basename(path), name)) {
        refused++;
        expect(await failsWell(() => verifyRun({ run }), basename(path), name), name).toBe(true);
      }
    }
    await writeFile(path, text!);
    await writeFile(paths.hashes, hashes!);
    expect(refused).toBeGreaterThan(least);
  });

  it.each([
    ['a fold', paths.fold('ann')],
    ['metrics.json', paths.metrics],
    ['hashes.json', paths.hashes],
  ])('is verified or refused for %s, and never agrees', async (_, path) => {
    const text = await readFile(path, 'utf8');
    const all = mutantsOf(JSON.parse(text) as Json);
    const some = all.filter((__, i) => i % Math.ceil(all.length / 12) === 0); // each takes a report
    for (const { name, value } of some) {
      await writeFile(path, JSON.stringify(value));
      const found = verifyRun({ run });
      if (!(await failsWell(() => found, basename(path), name))) expect((await found).agrees, name).toBe(false);
    }
    await writeFile(path, text);
  });
});

it('a checkpoint with one setting changed is read or refused by its name', async () => {
  const run = await writeFinishedRun(await temporaryFolder());
  const { tensors, metadata } = readSafetensors(await readFile(runPaths(run).checkpoint('ann')), 'a checkpoint');
  let refused = 0;
  for (const key of ['architecture', 'front_end', 'classes'])
    for (const { name, value } of mutantsOf(JSON.parse(metadata[key]!) as Json)) {
      const bytes = writeSafetensors({ tensors, metadata: { ...metadata, [key]: JSON.stringify(value) } });
      refused += (await failsWell(() => readCheckpoint(bytes, 'fold.safetensors'), 'fold.safetensors', name)) ? 1 : 0;
    }
  expect(refused).toBeGreaterThan(80);
});
