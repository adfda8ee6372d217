import type { AddressInfo } from 'node:net';
import { AttuneError } from '../errors.ts';
import { createApp } from './app.ts';
import { createHttpServer } from './http-server.ts';
import { createInference } from './inference.ts';
import { createLog } from './log.ts';
import { createRunViewer } from './runs/viewer.ts';
import { isLoopback, type ServerSettings } from './settings.ts';
import { createStreams } from './stream-route.ts';

/** A server that listens. */
export interface RunningServer {
  readonly url: string;
  /** resolves when the network is loaded */
  readonly ready: Promise<void>;
  /** takes nothing new, finishes what is in hand, and ends */
  stop(): Promise<void>;
}

/** How often connections whose last answer is given are closed once the server stops, ms. */
const TIDY = 50;

/** @throws AttuneError `usage` where the address is not there to listen at */
export async function startServer(settings: ServerSettings, { level = 'info' } = {}): Promise<RunningServer> {
  const { hostname, port, limits } = settings;
  const log = createLog(level);
  const inference = createInference(settings);
  const viewer = createRunViewer();
  const stopping = new AbortController();
  const streams = createStreams(settings);
  const app = createApp(settings, {
    ...{ inference, log, viewer, stopping: stopping.signal, streams: streams.count },
  });
  streams.route(app, inference, stopping.signal);
  const server = createHttpServer(app, streams.server, limits);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(error, settings)));
    server.listen(port, hostname, resolve);
  }).catch(async (error) => {
    await Promise.all([inference.close(), viewer.close()]);
    throw error;
  });
  const address = server.address() as AddressInfo;
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `http://${host}:${address.port}`,
    ready: inference.ready().then(() => undefined),
    async stop() {
      stopping.abort();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      streams.finish();
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(() => {
          streams.cut();
          server.closeAllConnections();
          resolve();
        }, 1000 * limits.graceSeconds);
      });
      const tidy = setInterval(() => server.closeIdleConnections(), TIDY);
      await Promise.race([inference.admission.idle().then(() => closed), late]);
      clearTimeout(timer);
      clearInterval(tidy);
      await Promise.all([inference.close(), viewer.close()]);
      log.logger.flush();
    },
  };
}

function cannotListen({ code, message }: NodeJS.ErrnoException, { hostname, port }: ServerSettings): AttuneError {
  const why =
    code === 'EADDRINUSE'
      ? 'it is in use; give another --port'
      : code === 'EACCES'
        ? 'that takes other rights'
        : message;
  return new AttuneError('usage', `the server cannot listen at ${hostname}, port ${port}: ${why}`);
}

/**
 * @throws AttuneError `usage` where others could ask without a token
 */
export function refuseOpenDoor({ hostname, token }: ServerSettings, insecure: boolean): void {
  if (isLoopback(hostname) || token !== undefined || insecure) return;
  throw new AttuneError(
    'usage',
    `at ${hostname} other machines can ask: give a --token that they must know, or --insecure where none is needed`,
  );
}
