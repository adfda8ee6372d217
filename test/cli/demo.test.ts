import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { attune, temporaryFolder } from './attune.ts';

it('makes the demo again in the place of the former one, and leaves alone what else is there', async () => {
  const out = join(await temporaryFolder(), 'demo');
  const demo = (voices: string) =>
    attune(['demo', '--out', out, '--voices', voices, '--utterances', '1', '--epochs', '1']);
  expect((await demo('2')).status).toBe(0);
  await writeFile(join(out, 'notes.txt'), 'mine');
  const { status, stdout } = await demo('3');
  expect(status).toBe(0);
  expect(stdout).toContain('12 utterances of 3 speakers in 3 folds');
  expect(await readdir(join(out, 'checkpoints'))).toHaveLength(3);
  expect(await readFile(join(out, 'notes.txt'), 'utf8')).toBe('mine');
});
