import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createAdaptorServer, type HttpBindings, type WebSocketServerLike } from '@hono/node-server';
import type { Hono } from 'hono';
import type { WebSocketServer } from 'ws';
import type { ServerLimits } from './settings.ts';

/** Requests of a connection that wait for their answers. */
const MOST_UNANSWERED = 16;
/** Between two looks for requests that take too long, in the time that they may take for their headers. */
const LOOKS = 4;

/** A server of an app that no client can hold up: not by headers or a body that do not end, not by an answer that it does not read. */
export function createHttpServer(
  app: Hono,
  sockets: WebSocketServer,
  { sockets: most, idleSeconds }: Pick<ServerLimits, 'sockets' | 'idleSeconds'>,
): Server {
  const idle = 1000 * idleSeconds;
  const server = createAdaptorServer({
    createServer,
    async fetch(request, env) {
      const answer = await app.fetch(request, env);
      (env as HttpBindings).incoming.socket.setTimeout(idle); // that it may take to read some of it
      return answer;
    },
    websocket: { server: sockets as unknown as WebSocketServerLike }, // it is one; its types say `undefined` where those of Hono do not
    serverOptions: {
      ...{ headersTimeout: idle, requestTimeout: 4 * idle, keepAliveTimeout: idle },
      connectionsCheckingInterval: Math.ceil(idle / LOOKS),
    },
  }) as Server;
  guardRequests(server);
  server.maxConnections = most;
  server.timeout = 0;
  guardUpgrades(server, idle);
  return server;
}

/** A client may ask before it is answered, but not without end: Node hears thousands of requests at once, and would hold all answers. */
function guardRequests(server: Server): void {
  const [answer] = server.listeners('request') as ((request: IncomingMessage, response: ServerResponse) => void)[];
  const unanswered = new WeakMap<Socket, number>();
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    const { socket } = request;
    const count = (more: number) => {
      const sum = (unanswered.get(socket) ?? 0) + more;
      unanswered.set(socket, sum);
      return sum;
    };
    if (count(1) > MOST_UNANSWERED) return void socket.destroy();
    response.once('close', () => count(-1));
    socket.setTimeout(0); // whoever waits for an answer may
    answer!(request, response);
  });
}

/**
 * Once a client has asked for another protocol, Node leaves its connection to whoever listens, and no limit of time holds any more. So that of
 * whoever asks for what is no WebSocket is answered here, and of whoever is refused is closed.
 */
function guardUpgrades(server: Server, idle: number): void {
  const [upgrade] = server.listeners('upgrade') as ((...asked: [IncomingMessage, Duplex, Buffer]) => void)[];
  server.removeAllListeners('upgrade');
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    (socket as Duplex & { setTimeout(ms: number, late: () => void): void }).setTimeout(idle, () => socket.destroy());
    if (request.headers.upgrade?.toLowerCase() === 'websocket') return upgrade?.(request, socket, head);
    const message = 'expected HTTP/1.1 or the upgrade to websocket, got another; with curl, leave out --http2';
    const body = JSON.stringify({ error: { code: 'upgrade', message } });
    socket.end(
      [
        'HTTP/1.1 400 Bad Request',
        'Connection: close',
        'Content-Type: application/json',
        `Content-Length: ${Buffer.byteLength(body)}`,
        '',
        body,
      ].join('\r\n'),
      () => socket.destroy(),
    );
  });
}
