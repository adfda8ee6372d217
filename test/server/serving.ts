import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Hono } from 'hono';
import type { Inference } from '../../src/server/inference.ts';
import { DEFAULT_SETTINGS, type ServerSettings } from '../../src/server/settings.ts';

/** The server as it is built: its threads load files, not sources. */
const builtFile = <Module>(name: string): Promise<Module> => import(resolve(`dist/server/${name}.js`));
export const { startServer } = await builtFile<typeof import('../../src/server/serve.ts')>('serve');
export const { createInference } = await builtFile<typeof import('../../src/server/inference.ts')>('inference');
const { createApp } = await builtFile<typeof import('../../src/server/app.ts')>('app');
const { createRunViewer } = await builtFile<typeof import('../../src/server/runs/viewer.ts')>('runs/viewer');
const { createLog } = await builtFile<typeof import('../../src/server/log.ts')>('log');

export const settingsOf = (change: Partial<ServerSettings> = {}): ServerSettings => ({
  ...DEFAULT_SETTINGS,
  ...{ port: 0, workers: 1 },
  ...change,
});

/** Ends with the tests: its thread goes where nobody asks it. */
const viewer = createRunViewer();

/** An app without a port. */
export const appOf = (inference: Inference, change: Partial<ServerSettings> = {}): Hono =>
  createApp(settingsOf(change), {
    ...{ inference, log: createLog('silent'), viewer, stopping: new AbortController().signal, streams: () => 0 },
  });

/** As a client on this machine asks. */
export const ask = (app: Hono, path: string, init: RequestInit = {}) => {
  const { headers, ...rest } = init;
  return app.request(`http://localhost:8080${path}`, { ...rest, headers: { host: 'localhost:8080', ...headers } });
};

export const temporary = () => mkdtemp(join(tmpdir(), 'attune-server-'));
