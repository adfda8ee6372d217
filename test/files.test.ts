import { once } from 'node:events';
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openGrowing, removeUnfinished, unfinishedPath, writeWhole } from '../src/files.ts';
import { temporaryFolder } from './cli/attune.ts';

describe('files that are there whole or not at all', async () => {
  const root = await temporaryFolder();
  const folder = async (name: string) => {
    await mkdir(join(root, name));
    return join(root, name);
  };

  it('take the place of the former one, from several writers at a time, and leave nothing beside it', async () => {
    const place = await folder('written');
    const path = join(place, 'metrics.json');
    await writeFile(path, 'before');
    await Promise.all(['a', 'b'].map((text) => writeWhole(path, text.repeat(100_000))));
    expect(await readdir(place)).toEqual(['metrics.json']);
    expect(['a', 'b'].map((text) => text.repeat(100_000))).toContain(await readFile(path, 'utf8'));
    await writeWhole(path, Uint8Array.of(1, 2), { sync: false });
    expect([...(await readFile(path))]).toEqual([1, 2]);
  });

  it('may have a name as long as the file system takes', async () => {
    const place = await folder('long');
    const name = `${'ö'.repeat(120)}.wav.vtt`; // 248 bytes of 255
    await writeWhole(join(place, name), 'WEBVTT');
    await writeFile(unfinishedPath(join(place, name)), 'half');
    expect(await readdir(place)).toHaveLength(2);
    await removeUnfinished([join(place, name)]);
    expect(await readdir(place)).toEqual([name]);
  });

  it('are removed half-written where Attune wrote them, and nothing else is', async () => {
    const place = await folder('left');
    const own = join(place, 'report.html');
    const mine = [
      ...[
        'report.html',
        'notes.part',
        'report.part',
        'report.html.part',
        'report.html.old.part',
        'thesis.html.4711.part',
      ],
      ...[
        '.report.html.attune.part',
        '.thesis.html.attune-12-0a1b2c3d.part',
        'report.html.attune-12-0a1b2c3d.part.txt',
      ],
    ];
    await mkdir(join(place, 'sub'));
    await mkdir(join(place, 'report.html.12.part')); // a folder
    await symlink(own, join(place, 'report.html.13.part'));
    for (const name of [...mine, join('sub', 'report.html.4711.part')]) await writeFile(join(place, name), 'mine');
    const before = await readdir(place, { recursive: true });
    await writeFile(unfinishedPath(own), 'half');
    await writeFile(join(place, 'report.html.4711.part'), 'half, by an older version');
    await removeUnfinished([own, join(place, 'nowhere', 'log.jsonl')]);
    expect((await readdir(place, { recursive: true })).sort()).toEqual(before.sort());
  });

  it('never take the place of a device, or of what else is no file', async () => {
    const place = await folder('device');
    const [socket, link] = [join(place, 's'), join(place, 'vectors.npy')];
    const server = createServer().listen(socket);
    await once(server, 'listening');
    await symlink(socket, link);
    const listeners = process.listenerCount('SIGINT');
    await expect(openGrowing(link)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/is no file/),
    });
    expect((await stat(socket)).isSocket()).toBe(true);
    expect(process.listenerCount('SIGINT')).toBe(listeners);
    server.close();
  });

  it('say what is wrong where they cannot be written', async () => {
    const place = await folder('refused');
    await expect(writeWhole(join(place, 'none', 'a'), '')).rejects.toThrow(
      /the folder that would hold it does not exist/,
    );
    await expect(writeWhole(place, '')).rejects.toThrow(/could not be written: it is a folder/);
    expect((await readdir(root)).filter((name) => name.includes('.part'))).toEqual([]);
  });
});
