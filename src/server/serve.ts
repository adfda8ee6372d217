import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer, upgradeWebSocket, type WebSocketServerLike } from '@hono/node-server';
import { type WebSocket, WebSocketServer } from 'ws';
import { AttuneError } from '../errors.ts';
import { createApp } from './app.ts';
import { guardToken, TOKEN_PROTOCOL } from './guard.ts';
import { createInference } from './inference.ts';
import { createLog } from './log.ts';
import { Refusal } from './problems.ts';
import { isLoopback, type ServerSettings } from './settings.ts';
import { CLOSED, createStream } from './stream-socket.ts';

/** A server that listens. */
export interface RunningServer {
  readonly url: string;
  /** resolves when the network is loaded */
  readonly ready: Promise<void>;
  /** takes nothing new, finishes what is in hand, and ends */
  stop(): Promise<void>;
}

/** Bytes of a message over a WebSocket: half a minute at 16 kHz. */
const MOST_MESSAGE = 1024 * 1024;
/** How long what is in hand may take once the server stops, ms. */
const GRACE = 30_000;

/** @throws AttuneError `usage` where the address is not there to listen at */
export async function startServer(settings: ServerSettings, { level = 'info' } = {}): Promise<RunningServer> {
  const { hostname, port, limits } = settings;
  const log = createLog(level);
  const inference = createInference(settings);
  const stopping = new AbortController();
  const streams = new Map<WebSocket, ReturnType<typeof createStream>>();
  const app = createApp(settings, { inference, log, stopping: stopping.signal, streams: () => streams.size });
  app.get(
    '/v1/stream',
    guardToken(settings),
    async (context, next) => {
      if (context.req.header('upgrade')?.toLowerCase() !== 'websocket')
        throw new Refusal(426, 'upgrade', 'expected a WebSocket; connect with ws:// in place of http://', {
          Upgrade: 'websocket',
        });
      if (stopping.signal.aborted) throw new Refusal(503, 'stopping', 'the server stops');
      if (streams.size >= limits.streams)
        throw new Refusal(503, 'busy', `${limits.streams} streams are open already; try again later`, {
          'Retry-After': '10',
        });
      await next();
    },
    upgradeWebSocket(() => {
      let stream: ReturnType<typeof createStream> | undefined;
      let raw: WebSocket | undefined;
      return {
        onOpen(_, { raw: opened }) {
          raw = opened as WebSocket;
          const own = raw;
          stream = createStream(
            {
              get unread() {
                return own.bufferedAmount;
              },
              send: (text) => own.send(text),
              pause: () => own.pause(),
              resume: () => own.resume(),
              close: (code, reason) => own.close(code, reason),
            },
            inference,
            limits,
          );
          streams.set(own, stream);
        },
        onMessage({ data }) {
          stream?.hear(typeof data === 'string' ? data : new Uint8Array(data as ArrayBuffer));
        },
        onClose() {
          stream?.gone();
          if (raw) streams.delete(raw);
        },
        onError() {
          stream?.gone();
        },
      };
    }),
  );
  const sockets = new WebSocketServer({
    ...{ noServer: true, maxPayload: MOST_MESSAGE, clientTracking: false },
    handleProtocols: (offered) => [...offered].find((one) => !one.startsWith(TOKEN_PROTOCOL)) ?? false,
  });
  const idle = 1000 * limits.idleSeconds;
  const server = createAdaptorServer({
    fetch: app.fetch,
    websocket: { server: sockets as unknown as WebSocketServerLike }, // it is one; its types say `undefined` where those of Hono do not
    serverOptions: { headersTimeout: idle, requestTimeout: 4 * idle, keepAliveTimeout: idle },
  }) as Server;
  server.maxConnections = limits.sockets;
  server.timeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(error, settings)));
    server.listen(port, hostname, resolve);
  }).catch(async (error) => {
    await inference.close();
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
      for (const stream of streams.values()) stream.finish();
      const timer = setTimeout(() => {
        for (const socket of streams.keys()) socket.close(CLOSED.away, 'the server stops');
        server.closeAllConnections();
      }, GRACE);
      await inference.admission.idle();
      server.closeIdleConnections();
      await closed;
      clearTimeout(timer);
      await inference.close();
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
