import { upgradeWebSocket } from '@hono/node-server';
import type { Hono } from 'hono';
import { describeRoute } from 'hono-openapi';
import { type WebSocket, WebSocketServer } from 'ws';
import { guardToken, TOKEN_PROTOCOL } from './guard.ts';
import type { Inference } from './inference.ts';
import { failures } from './openapi.ts';
import { Refusal } from './problems.ts';
import type { ServerSettings } from './settings.ts';
import { CLOSED, createStream, type Socket } from './stream-socket.ts';

/** Bytes of a message over a WebSocket: half a minute at 16 kHz. */
const MOST_MESSAGE = 1024 * 1024;

const STREAM = {
  summary: 'Live sound, over a WebSocket',
  description:
    'JSON {"type":"session.update","session":{"sample_rate":16000}}, which is answered by {"type":"session.updated"}; then samples of 16 bits, ' +
    'mono, little-endian; then {"type":"session.end"}. Events come as they are known: ready, segment, speechStart, speechEnd, span, warning, ' +
    'end, or one error. Beside sample_rate a session takes smooth_seconds and abstain_below. A token may come as the subprotocol attune.token.TOKEN, beside attune.',
  responses: { 101: { description: 'the WebSocket is open' }, ...failures(426, 503) },
};

/** The clients whose live sound is heard. */
export interface Streams {
  /** how many are open */
  count(): number;
  /** what was heard is answered, and the clients told */
  finish(): void;
  /** whatever clients make of it */
  cut(): void;
  /** Adds the route to an app. */
  route(app: Hono, inference: Inference, stopping: AbortSignal): void;
  /** what speaks the protocol */
  readonly server: WebSocketServer;
}

export function createStreams(settings: ServerSettings): Streams {
  const { limits } = settings;
  const open = new Map<WebSocket, ReturnType<typeof createStream>>();
  const server = new WebSocketServer({
    ...{ noServer: true, maxPayload: MOST_MESSAGE, clientTracking: false, closeTimeout: 1000 * limits.idleSeconds },
    handleProtocols: (offered) => [...offered].find((one) => !one.startsWith(TOKEN_PROTOCOL)) ?? false,
  });
  return {
    server,
    count: () => open.size,
    finish() {
      for (const stream of open.values()) stream.finish();
    },
    cut() {
      for (const socket of open.keys()) {
        socket.close(CLOSED.away, 'the server stops');
        socket.terminate();
      }
    },
    route(app, inference, stopping) {
      app.get(
        '/v1/stream',
        describeRoute(STREAM),
        guardToken(settings),
        async (context, next) => {
          if (context.req.header('upgrade')?.toLowerCase() !== 'websocket')
            throw new Refusal(426, 'upgrade', 'expected a WebSocket; connect with ws:// in place of http://', {
              Upgrade: 'websocket',
            });
          if (stopping.aborted) throw new Refusal(503, 'stopping', 'the server stops');
          if (open.size >= limits.streams)
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
              stream = createStream(socketOf(raw), inference, limits);
              open.set(raw, stream);
            },
            onMessage({ data }) {
              stream?.hear(typeof data === 'string' ? data : new Uint8Array(data as ArrayBuffer));
            },
            onClose() {
              stream?.gone();
              if (raw) open.delete(raw);
            },
            onError() {
              stream?.gone();
            },
          };
        }),
      );
    },
  };
}

const socketOf = (own: WebSocket): Socket => ({
  get unread() {
    return own.bufferedAmount;
  },
  send: (text) => own.send(text),
  pause: () => own.pause(),
  resume: () => own.resume(),
  close: (code, reason) => own.close(code, reason),
});
