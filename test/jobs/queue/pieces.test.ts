import { readdir, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { folderExchange, KEPT_FOR, PIECE, sweepFolder } from '../../../src/jobs/queue/pieces.ts';
import { temporaryFolder } from '../../cli/attune.ts';

it('keeps pieces in a folder until nobody fetched them for a week, and nothing of others is touched', async () => {
  const folder = await temporaryFolder();
  const exchange = folderExchange(folder);
  const bytes = Buffer.alloc(PIECE + 3, 7);
  const [old, wanted, young] = [
    await exchange.put('unit:0a1b:c2:0', bytes),
    await exchange.put('blob:folder:77ab', bytes),
    await exchange.put('state:0a1b:c2:1764:0', bytes),
  ];
  const others = ['unit.txt', 'notes.1', 'blob.csv.bak'];
  for (const name of others) await writeFile(join(folder, name), 'of somebody else');
  const before = new Date(Date.now() - KEPT_FOR - 60_000);
  for (const name of await readdir(folder))
    if (!name.startsWith('state.')) await utimes(join(folder, name), before, before);
  expect(await exchange.has(wanted)).toBe(true); // so it lives on
  await sweepFolder(folder);
  expect(await exchange.get(wanted)).toEqual(bytes);
  expect(await exchange.get(young)).toEqual(bytes);
  expect(await exchange.has(old)).toBe(false);
  const gone = `${join(folder, 'unit.0a1b.c2.0.0')} is gone: --exchange must name one folder that all machines share`;
  await expect(exchange.get(old)).rejects.toThrow(gone);
  expect((await readdir(folder)).filter((name) => others.includes(name)).sort()).toEqual([...others].sort());
  expect(Math.round((await stat(join(folder, 'notes.1'))).mtimeMs)).toBe(before.getTime());
});
