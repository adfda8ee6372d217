import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { holdLock } from '../src/lock.ts';
import { temporaryFolder } from './cli/attune.ts';

const parent = temporaryFolder();
const here = hostname();
const old = new Date(Date.now() - 3_600_000);

it('is held by one, until it lets go', async () => {
  const path = join(await parent, 'one');
  const letGo = await holdLock(path, 'the work');
  const refused = { code: 'usage', message: expect.stringContaining(`(process ${process.pid}) works on the work`) };
  await expect(holdLock(path, 'the work')).rejects.toMatchObject(refused);
  await letGo();
  await (await holdLock(path, 'the work'))();
  expect(await readdir(await parent)).toEqual([]);
});

it('of many that ask at once is held by one', async () => {
  const path = join(await parent, 'many');
  const asked = await Promise.allSettled(Array.from({ length: 20 }, () => holdLock(path, 'the work')));
  const got = asked.filter((one) => one.status === 'fulfilled');
  expect(got).toHaveLength(1);
  await got[0]!.value();
});

it('is taken over from processes and machines that are gone, and from no others', async () => {
  const path = join(await parent, 'left');
  const gone = spawn(process.execPath, ['-e', '']);
  await once(gone, 'exit');
  const held = async (text: string, time = new Date()) => {
    await writeFile(path, text);
    await utimes(path, time, time);
    return holdLock(path, 'the work').then(
      async (letGo) => {
        expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ host: here, pid: process.pid });
        await letGo();
        return 'taken over';
      },
      ({ message }: Error) => message,
    );
  };
  const by = (host: string, pid: number) => JSON.stringify({ host, pid });
  expect(await held(by(here, gone.pid!))).toBe('taken over');
  expect(await held(by(here, process.pid))).toBe('taken over'); // of a machine that has begun anew, with the same numbers
  expect(await held(by(here, process.ppid))).toMatch(/^another command \(process \d+\) works on the work/);
  expect(await held(by(here, process.ppid), old)).toBe('taken over');
  expect(await held(by('elsewhere', 1))).toMatch(/^another command \(process 1 on elsewhere\) works on the work/);
  expect(await held(by('elsewhere', 1), old)).toBe('taken over');
  expect(await held('')).toContain(`another command works on the work: wait for it, or give another \`out\``);
  expect(await held('', old)).toBe('taken over');
  expect((await readdir(await parent)).filter((name) => name !== 'left')).toEqual([]);
});
