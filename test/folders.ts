import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe } from 'vitest';

/** Folders of recordings and reference values, from the environment; the only place where their defaults stand. */
export const ATTUNE_CORPORA = resolve(process.env.ATTUNE_CORPORA ?? '../shared/corpora');
export const ATTUNE_AUDIO = resolve(process.env.ATTUNE_AUDIO ?? '../shared/audio');
export const ATTUNE_REFERENCE = resolve(process.env.ATTUNE_REFERENCE ?? '../shared/reference');

/** A `describe` that is skipped, with a plain line, where `folder` is absent; with `corpora` in ATTUNE_REQUIRE it fails instead. */
export function describeWith(folder: string, name: string, body: () => void): void {
  if (existsSync(folder)) return void describe(name, body);
  if ((process.env.ATTUNE_REQUIRE ?? '').split(',').includes('corpora'))
    throw new Error(`ATTUNE_REQUIRE asks for recordings, but ${folder} does not exist`);
  console.warn(`skipped: ${name} (no folder ${folder}; set ATTUNE_CORPORA, ATTUNE_AUDIO or ATTUNE_REFERENCE)`);
  describe.skip(name, body);
}
