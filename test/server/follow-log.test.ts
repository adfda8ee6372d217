import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { followLog } from '../../src/server/runs/follow-log.ts';
import { temporaryFolder } from '../cli/attune.ts';

it('gives whole lines as they come, each once, wherever writing was cut', async () => {
  const folder = await temporaryFolder();
  const log = join(folder, 'log.jsonl');
  const [all, later] = [followLog(folder, 0), followLog(folder, 2)];
  expect(await all()).toEqual([]); // there is no log yet
  const bytes = Buffer.from('eins\nzwei\ndrei: ä\n');
  for (const [from, to, expected] of [
    [0, 3, []],
    [3, 7, ['eins']],
    [7, bytes.length - 2, ['zwei']], // within a character
    [bytes.length - 2, bytes.length, ['drei: ä']],
  ] as const) {
    appendFileSync(log, bytes.subarray(from, to));
    expect(await all()).toEqual(expected);
  }
  expect(await all()).toEqual([]);
  expect(await later()).toEqual(['drei: ä']);
  writeFileSync(log, '1\n2\n3\n4\n'); // anew, and shorter
  expect(await all()).toEqual(['4']);
});
