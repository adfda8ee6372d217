import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';

/** Licences that ask no more than to be named. */
const PERMISSIVE = ['MIT', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'Apache-2.0', '0BSD', 'CC0-1.0', 'Unlicense'];

const read = (file: string) => readFile(new URL(`../${file}`, import.meta.url), 'utf8');

interface Package {
  readonly version: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly optional?: boolean;
}

/** Whether one of the licences of an SPDX expression without AND is permissive. */
const isPermissive = (licence: string) =>
  licence
    .replace(/[()]/g, '')
    .split(' OR ')
    .some((one) => PERMISSIVE.includes(one));

describe('the packages that an installation brings', async () => {
  const { packages } = JSON.parse(await read('package-lock.json')) as { packages: Record<string, Package> };
  const page = await read('licenses/README.md');
  const named = [...page.matchAll(/^\| `([^`]+)` \|[^|]*\| \[([^\]]+)\]/gm)].map(([, name, licence]) => [
    name,
    licence,
  ]);

  it('are permissive, or named with their licence', () => {
    const others = Object.entries(packages)
      .filter(([path, { dev, devOptional }]) => path && !dev && !devOptional)
      .filter(([, { license }]) => !isPermissive(license ?? 'none'))
      .map(([path, { license }]) => [path.replace(/^.*node_modules\//, ''), license]);
    expect(others.length).toBeGreaterThan(0);
    for (const other of others) expect(named).toContainEqual(other);
  });

  it('include what is named', () => {
    for (const [name] of named) expect(packages[`node_modules/${name}`]).toBeDefined();
  });

  it('stand in the README, and their texts in the package', async () => {
    const [readme, { files }] = [await read('README.md'), JSON.parse(await read('package.json'))];
    expect(files).toContain('licenses');
    expect(readme).toContain('(licenses/README.md)');
    for (const [, licence] of named) expect(readme).toContain(licence!.replace('-or-later', ''));
    for (const [, text] of page.matchAll(/\]\(([A-Z][^)]+\.txt)\)/g))
      expect((await read(`licenses/${text}`)).length).toBeGreaterThan(4_000);
  });
});
