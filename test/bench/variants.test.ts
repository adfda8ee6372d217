import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { replacementsIn, tellMissing } from '../../bench/variants.ts';
import { temporaryFolder } from '../cli/attune.ts';

it('allocators that are not installed are named with the package that brings them', async () => {
  const folder = await temporaryFolder();
  const folders = [join(folder, 'nowhere'), folder];
  const none = await replacementsIn(folders);
  expect(none.found).toEqual([]);
  expect(tellMissing(none.missing)).toBe(
    'tcmalloc (on Debian: apt-get install libtcmalloc-minimal4) and jemalloc (on Debian: apt-get install libjemalloc2)',
  );

  const library = join(folder, 'libjemalloc.so.2');
  await writeFile(library, '');
  await writeFile(join(folder, 'libtcmalloc_minimal.so.4.5.16'), ''); // its link for programs is missing
  const { found, missing } = await replacementsIn(folders);
  expect(found).toEqual([{ name: 'jemalloc', env: { LD_PRELOAD: library, MALLOC_CONF: expect.any(String) } }]);
  expect(missing.map(({ name }) => name)).toEqual(['tcmalloc']);
});
