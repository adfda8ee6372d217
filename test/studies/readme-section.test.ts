import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { withSection, writeReadmeSection } from '../../src/studies/readme-section.ts';
import { temporaryFolder } from '../cli/attune.ts';

it('a section is added at the end, later replaced where it stands, and all else stays', () => {
  const first = withSection('# Speed\n\nBy hand.\n', 'race', 'one\n');
  expect(first).toBe('# Speed\n\nBy hand.\n\n<!-- race: generated -->\none\n<!-- end of race -->\n');
  const both = withSection(first, 'growth', 'curves');
  expect(withSection(both, 'race', 'two')).toBe(both.replace('one', 'two'));
});

it('is written into a new folder and into a README that is there', async () => {
  const folder = join(await temporaryFolder(), 'results', 'speed');
  await writeReadmeSection(folder, 'race', 'Speed', 'one');
  await writeFile(join(folder, 'README.md'), `By hand.\n${await readFile(join(folder, 'README.md'), 'utf8')}`);
  await writeReadmeSection(folder, 'race', 'Speed', 'two');
  expect(await readFile(join(folder, 'README.md'), 'utf8')).toBe(
    'By hand.\n# Speed\n\n<!-- race: generated -->\ntwo\n<!-- end of race -->\n',
  );
});
