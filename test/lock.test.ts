import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, rmdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { hostname, uptime } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { holdLock } from '../src/lock.ts';
import { temporaryFolder } from './cli/attune.ts';

const parent = temporaryFolder();
const here = hostname();
const old = new Date(Date.now() - 3_600_000);
const ahead = new Date(Date.now() + 3_600_000);
const began = Date.now() / 1000 - uptime();
const by = (host: string, pid: number, more = {}) => JSON.stringify({ host, pid, began, token: 'a', ...more });

it('is held by one, until it lets go', async () => {
  const path = join(await parent, 'one');
  const lock = await holdLock(path, 'the work');
  const refused = { code: 'usage', message: expect.stringContaining(`(process ${process.pid}) works on the work`) };
  await expect(holdLock(path, 'the work')).rejects.toMatchObject(refused);
  await utimes(path, old, old); // as where it was stopped for long
  await expect(holdLock(path, 'the work')).rejects.toMatchObject(refused);
  await lock.letGo();
  const other = await holdLock(path, 'the work');
  await lock.letGo();
  expect([await lock.isHeld(), await other.isHeld()]).toEqual([false, true]);
  await other.letGo();
  expect(await readdir(await parent)).toEqual([]);
});

it('of many that ask at once is held by one', async () => {
  const path = join(await parent, 'many');
  const asked = await Promise.allSettled(Array.from({ length: 20 }, () => holdLock(path, 'the work')));
  const got = asked.filter((one) => one.status === 'fulfilled');
  expect(got).toHaveLength(1);
  await got[0]!.value.letGo();
});

it('is taken over from processes and machines that are gone, and from no others', async () => {
  const path = join(await parent, 'left');
  const gone = spawn(process.execPath, ['-e', '']);
  await once(gone, 'exit');
  const held = async (text: string, time = new Date()) => {
    await writeFile(path, text);
    await utimes(path, time, time);
    return holdLock(path, 'the work').then(
      async (lock) => {
        expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ host: here, pid: process.pid });
        await lock.letGo();
        return 'taken over';
      },
      ({ message }: Error) => message,
    );
  };
  const { pid, ppid } = process;
  expect(await held(by(here, gone.pid!))).toBe('taken over');
  expect(await held(by(here, pid))).toBe('taken over'); // a container that was started again gives the same numbers
  expect(await held(by(here, ppid))).toMatch(/^another command \(process \d+\) works on the work/);
  expect(await held(by(here, ppid), old)).toMatch(/^another command \(process \d+\) works on the work/);
  expect(await held(by(here, ppid, { began: began - 7200 }), old)).toBe('taken over'); // before the machine began anew
  expect(await held(by('elsewhere', 1))).toMatch(/^another command \(process 1 on elsewhere\) works on the work/);
  expect(await held(by('elsewhere', 1), old)).toBe('taken over');
  expect(await held(by('elsewhere', 1), ahead)).toBe('taken over');
  expect(await held('')).toContain('another command works on the work: wait for it, or give another `out`');
  expect(await held('', old)).toBe('taken over');
  await rm(path, { force: true });
  for (const make of [() => mkdir(path), () => symlink('nowhere', path)]) {
    await make();
    await expect(holdLock(path, 'the work')).rejects.toMatchObject({ message: expect.stringContaining('is none') });
    await rmdir(path).catch(() => rm(path));
  }
  expect(await readdir(await parent)).toEqual([]);
});
