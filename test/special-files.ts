import { execFileSync } from 'node:child_process';
import { symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { onTestFinished } from 'vitest';

/** Makes what is no file: a named pipe that nobody writes to, a socket, or a link to a device that never ends. */
export const MAKE: Readonly<Record<'named pipe' | 'socket' | 'device', (path: string) => Promise<void>>> = {
  'named pipe': async (path) => void execFileSync('mkfifo', [path]),
  async socket(path) {
    const server = createServer();
    onTestFinished(() => void server.close());
    await new Promise<void>((done) => server.listen(path, done));
  },
  device: (path) => symlink('/dev/zero', path),
};

export const KINDS = Object.keys(MAKE) as (keyof typeof MAKE)[];
