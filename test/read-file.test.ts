import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAudioFile, readAudioStream } from '../src/audio/file.ts';
import { readTable } from '../src/corpus/csv-table.ts';
import { readWhole } from '../src/read-file.ts';
import { openCheckpoint } from '../src/recognize/open-checkpoint.ts';
import { readPredictions } from '../src/run/predictions-file.ts';
import { readIfThere } from '../src/run/run-folder.ts';
import { folderWith } from './corpus/folder.ts';
import { KINDS, MAKE } from './special-files.ts';

it('reads a file, and what a link leads to', async () => {
  const folder = await folderWith({ a: 'text' });
  await symlink('a', join(folder, 'b'));
  for (const name of ['a', 'b']) expect((await readWhole(join(folder, name))).toString()).toBe('text');
});

it('tells a folder and what is missing by the codes of the system', async () => {
  const folder = await folderWith({});
  await expect(readWhole(folder)).rejects.toMatchObject({ code: 'EISDIR' });
  await expect(readWhole(join(folder, 'a'))).rejects.toMatchObject({ code: 'ENOENT' });
});

describe.skipIf(process.platform === 'win32').each(KINDS)('a %s', (kind) => {
  it.each<[string, (path: string) => Promise<unknown>, string]>([
    ['recording', readAudioFile, 'audio'],
    ['recording, as a stream', readAudioStream, 'audio'],
    ['table', (path) => readTable(path, ['a']), 'corpus'],
    ['checkpoint', (checkpoint) => openCheckpoint({ checkpoint }), 'checkpoint'],
    ['table of predictions', readPredictions, 'run'],
    ['file of a run', readIfThere, 'run'],
  ])('for a %s is named and not opened, nor is a link to it', async (_, read, code) => {
    const folder = await folderWith({});
    await MAKE[kind](join(folder, 'one.wav'));
    await symlink('one.wav', join(folder, 'link'));
    for (const path of ['one.wav', 'link'].map((name) => join(folder, name))) {
      const reading = read(path);
      await expect(reading).rejects.toMatchObject({ name: 'AttuneError', code });
      await expect(reading).rejects.toThrow(path);
      await expect(reading).rejects.toThrow(`it is a ${kind}, not a file`);
    }
  });
});
