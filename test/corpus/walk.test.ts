import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCorpus } from '../../src/corpus/read.ts';
import { walkFolder } from '../../src/corpus/walk.ts';
import { KINDS, MAKE } from '../special-files.ts';
import { folderOf, folderWith } from './folder.ts';

const FOLLOW = { followLinks: true, hidden: true };

/** Folders that each hold a file and links to all others. */
async function linked(count: number): Promise<string> {
  const folder = await folderOf(...Array.from({ length: count }, (_, i) => `${i}/x.wav`));
  for (let i = 0; i < count; i++)
    for (let j = 0; j < count; j++) if (i !== j) await symlink(`../${j}`, join(folder, `${i}`, `to${j}`));
  return folder;
}

describe('a walk through a folder', () => {
  it('goes by links wherever they lead, but not back up', async () => {
    const { files } = await walkFolder(await linked(3), FOLLOW);
    // from each of 3: its own file, by a link to 2 others, and from each of these to the 1 that is left
    expect(files).toHaveLength(3 * (1 + 2 + 2));
    expect(files).toContain('0/to1/to2/x.wav');
  });

  it('ends with a line where links fan out', async () => {
    const folder = await linked(9); // which have 9! ways and more through them
    await expect(walkFolder(folder, FOLLOW)).rejects.toThrow(
      /its links lead to the same files and folders more than 100000 times/,
    );
  });

  it('does not take links where they are not to be followed', async () => {
    const { files, passedOver } = await walkFolder(await linked(9), { ...FOLLOW, followLinks: false });
    expect(files).toHaveLength(9);
    expect([...passedOver.values()]).toEqual(Array(72).fill('link to a folder'));
  });

  it('names a folder that lies too deep, and ends there', async () => {
    const folder = await folderOf();
    await mkdir(join(folder, ...Array(800).fill('d')), { recursive: true });
    await writeFile(join(folder, ...Array(100).fill('d'), 'a.wav'), '');
    const { files, unread } = await walkFolder(folder, FOLLOW);
    expect(files).toEqual([`${'d/'.repeat(100)}a.wav`]);
    expect([...unread]).toEqual([['d/'.repeat(101).slice(0, -1), 'it lies more than 100 folders deep']]);
    await expect(readCorpus(folder)).rejects.toThrow(/d\/d: this folder cannot be read \(it lies more than 100/);
  });
});

describe.skipIf(process.platform === 'win32').each(KINDS)('a %s in a corpus', (kind) => {
  it('is left out and counted, also behind a link', async () => {
    const folder = await folderOf('angry/ann/a.wav', 'sad/bob/b.wav');
    await MAKE[kind](join(folder, 'sad', 'bob', 'c.wav'));
    await symlink('c.wav', join(folder, 'sad', 'bob', 'd.wav'));
    const { utterances, leftOut } = await readCorpus(folder);
    expect(utterances.map(({ file }) => file)).toEqual(['angry/ann/a.wav', 'sad/bob/b.wav']);
    expect(leftOut).toEqual({ [`a ${kind}, not a file`]: 2 });
  });

  it('is named where a table names it, or where it is given for a table', async () => {
    const folder = await folderWith({ 'a.wav': 'RIFF', 'l.csv': 'file,emotion,speaker\na.wav,sad,x\nb.wav,sad,x\n' });
    await MAKE[kind](join(folder, 'b.wav'));
    await MAKE[kind](join(folder, 'm.csv'));
    await expect(readCorpus(folder)).rejects.toThrow(`l.csv, line 3: b.wav is a ${kind}, not a file`);
    await expect(readCorpus(join(folder, 'm.csv'))).rejects.toThrow(`m.csv is a ${kind}: give the folder`);
  });
});
