import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { entriesOf, locate, pathOnDisk, readableName } from '../src/file-names.ts';

/** `é` as Latin-1 has it, which no UTF-8 does. */
const LATIN = Buffer.from('caf\xe9.wav', 'latin1');

describe('the readable form of a name', () => {
  it.each([
    ['UTF-8', Buffer.from('café 喜び.wav'), 'café 喜び.wav'],
    ['Latin-1', LATIN, 'caf\\xE9.wav'],
    ['both', Buffer.concat([Buffer.from('é'), Buffer.from([0xe9])]), 'é\\xE9'],
    ['a character cut short', Buffer.from([0xe5, 0x96, 0x61]), '\\xE5\\x96a'],
    ['half of a surrogate pair', Buffer.from([0xed, 0xa0, 0x80]), '\\xED\\xA0\\x80'],
    ['the sign for what cannot be read', Buffer.from('\ufffd'), '\ufffd'],
  ])('is known of %s', (_, bytes, name) => {
    expect(readableName(bytes)).toBe(name);
  });
});

describe.skipIf(process.platform !== 'linux')('a file whose name is no UTF-8', () => {
  const folderWith = async (...names: Buffer[]) => {
    const folder = await mkdtemp(join(tmpdir(), 'attune-names-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    for (const name of names) await writeFile(Buffer.concat([Buffer.from(`${folder}/`), name]), name);
    return folder;
  };

  it('is listed in its readable form, which leads to it', async () => {
    const folder = await folderWith(LATIN, Buffer.from('b.wav'));
    const names = (await entriesOf(folder)).map(({ name }) => name).sort();
    expect(names).toEqual(['b.wav', 'caf\\xE9.wav']);
    expect(await readFile(await locate(join(folder, names[1]!)))).toEqual(LATIN);
  });

  it('is found where its bytes were lost, as in the arguments of a command', async () => {
    const folder = await folderWith(LATIN, Buffer.from('b.wav'));
    expect(await pathOnDisk(join(folder, LATIN.toString()))).toBe(join(folder, 'caf\\xE9.wav'));
    expect(await pathOnDisk(join(folder, 'x\ufffd.wav'))).toBe(join(folder, 'x\ufffd.wav')); // there is none
  });

  it('is asked for where several lost the same', async () => {
    const folder = await folderWith(LATIN, Buffer.from('caf\xe8.wav', 'latin1'));
    await expect(pathOnDisk(join(folder, 'caf\ufffd.wav'))).rejects.toThrow(
      /may be any of .*caf\\xE\d\.wav.*caf\\xE\d/,
    );
  });

  it('gives way to one that is called so', async () => {
    const folder = await folderWith(
      Buffer.from('caf\\xE9.wav'),
      Buffer.from('\ufffd.wav'),
      Buffer.from('\xe9.wav', 'latin1'),
    );
    expect(await locate(join(folder, 'caf\\xE9.wav'))).toBe(join(folder, 'caf\\xE9.wav'));
    expect(await locate(join(folder, '\ufffd.wav'))).toBe(join(folder, '\ufffd.wav'));
  });
});
