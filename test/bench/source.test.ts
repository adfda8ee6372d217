import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { digestOf, sourceDigest } from '../../bench/source.ts';
import { temporaryFolder } from '../cli/attune.ts';

it('is of the names and contents of all files in the folders, in order', async () => {
  const root = `${await temporaryFolder()}/`;
  await mkdir(join(root, 'src', 'inner'), { recursive: true });
  await mkdir(join(root, 'other'));
  await writeFile(join(root, 'src', 'b.ts'), 'two');
  await writeFile(join(root, 'src', 'inner', 'a.ts'), 'one');
  await writeFile(join(root, 'other', 'c.ts'), 'not counted');
  const sha256 = createHash('sha256').update('src/b.tstwosrc/inner/a.tsone').digest('hex');
  expect(digestOf(root, ['src'])).toBe(sha256.slice(0, 16));
});

it('is the same whenever the source is', () => {
  expect(sourceDigest()).toMatch(/^[0-9a-f]{16}$/);
  expect(sourceDigest()).toBe(sourceDigest());
});
