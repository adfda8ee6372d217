import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listRecordings } from '../../src/recognize/recordings.ts';

let folder: string;
const make = async (name: string) => {
  await mkdir(join(folder, name, '..'), { recursive: true });
  await writeFile(join(folder, name), '');
};
const inFolder = async (...names: string[]) => {
  const { found, notes } = await listRecordings(names.map((name) => (name === '-' ? name : join(folder, name))));
  return {
    files: found.filter((item) => 'root' in item).map(({ file }) => file.replace(`${folder}/`, '')),
    errors: found.filter((item) => 'error' in item).map(({ error }) => error.message.replace(`${folder}/`, '')),
    notes: notes.map((note) => note.replace(`${folder}/`, '')),
  };
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'attune-test-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('recordings that paths mean', () => {
  it('are those of a folder and its subfolders, in byte order, told by extension; it says what it passes over', async () => {
    const names = [
      'b.wav',
      'B.FLAC',
      'a/z.mp3',
      'a.wav',
      'é.ogg',
      'ｆ.wav',
      '𝄞.wav',
      'notes.txt',
      'a/x.csv',
      '.b.wav',
      'c.mka',
      'd.mp4',
    ];
    for (const name of names) await make(join('one', name));
    const { files, errors, notes } = await inFolder('one');
    // UTF-8: B 42, a 61, b 62, é c3, ｆ ef, 𝄞 f0 (in UTF-16 it would come before ｆ); '.' 2e before '/' 2f
    expect(files).toEqual(
      ['B.FLAC', 'a.wav', 'a/z.mp3', 'b.wav', 'c.mka', 'd.mp4', 'é.ogg', 'ｆ.wav', '𝄞.wav'].map(
        (name) => `one/${name}`,
      ),
    );
    expect(errors).toEqual([]);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain('hidden files (1)');
    expect(notes[0]).toContain('files of other kinds (2: a/x.csv, notes.txt)');
  });

  it('are files as they are given, whatever their names and whether they are there, in the order given', async () => {
    await make('two/z.wav');
    const { files, errors } = await inFolder('no.such', 'two', '-', 'one/notes.txt');
    expect(files).toEqual(['no.such', 'two/z.wav', '-', 'one/notes.txt']);
    expect(errors).toEqual([]);
  });

  it('follow links to files, and no links to folders, so that a loop ends', async () => {
    await make('three/a.wav');
    await symlink('..', join(folder, 'three', 'loop'));
    await symlink('a.wav', join(folder, 'three', 'b.wav'));
    await symlink('gone.wav', join(folder, 'three', 'c.wav'));
    await symlink('round.wav', join(folder, 'three', 'round.wav'));
    const { files, notes } = await inFolder('three');
    expect(files).toEqual(['three/a.wav', 'three/b.wav', 'three/c.wav', 'three/round.wav']);
    expect(notes).toEqual(['three: passing over links to folders (1)']);
  });

  it('are missing from a folder without any, which says what it holds', async () => {
    await mkdir(join(folder, 'empty'));
    await make('text/a.txt');
    const { files, errors } = await inFolder('empty', 'text', 'two');
    expect(files).toEqual(['two/z.wav']);
    expect(errors).toEqual([
      expect.stringMatching(/^empty: expected recordings .*, found nothing\. Give another folder/),
      expect.stringMatching(/^text: .* found only files of other kinds \(1: a\.txt\)\./),
    ]);
  });

  it.skipIf(process.getuid?.() === 0)(
    'are missing from a folder that may not be read; the others are found',
    async () => {
      await make('four/a.wav');
      await make('four/locked/b.wav');
      await chmod(join(folder, 'four', 'locked'), 0);
      const { files, errors } = await inFolder('four');
      await chmod(join(folder, 'four', 'locked'), 0o700);
      expect(files).toEqual(['four/a.wav']);
      expect(errors).toEqual(['four/locked: this folder cannot be read (EACCES).']);
    },
  );
});
