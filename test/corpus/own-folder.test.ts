import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ownFolder } from '../../src/corpus/own-folder.ts';
import { temporaryFolder } from '../cli/attune.ts';

const parent = temporaryFolder();

it('finds a folder by its name first, and by its files alone where that will do', async () => {
  const at = async (...path: string[]) => join(await parent, ...path);
  for (const folder of ['other', 'data/calls', 'calls']) {
    await mkdir(await at(folder), { recursive: true });
    await writeFile(await at(folder, 'a.wav'), folder);
  }
  await writeFile(await at('other', 'b.wav'), '');
  const [other, data] = [await at('other'), await at('data')];
  expect(await ownFolder([other, data], 'calls', ['a.wav'])).toBe(join(data, 'calls'));
  expect(await ownFolder([other, await at('calls')], 'calls', ['a.wav'], true)).toBe(await at('calls'));
  expect(await ownFolder([other, data], 'calls', ['none.wav', 'a.wav'], true)).toBe(join(data, 'calls'));
  expect(await ownFolder([data, other], 'calls', ['b.wav'])).toBe(other);
  await expect(ownFolder([data, other], 'calls', ['b.wav'], true)).rejects.toMatchObject({ code: 'corpus' });
  await expect(ownFolder([other, data], '..', ['a.wav'], true)).rejects.toMatchObject({ code: 'corpus' });
  await expect(ownFolder([], 'calls', ['a.wav'])).rejects.toThrow('no folder of recordings is known');
});
