import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
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
  const answers: Answers = new WeakMap();
  const server = createAdaptorServer({
    createServer,
    async fetch(request, env) {
      const answer = await app.fetch(request, env);
      const { incoming } = env as HttpBindings;
      incoming.socket.setTimeout(idle); // that it may take to read some of it
      answers.set(incoming as IncomingMessage, answer);
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
  guardUpgrades(server, idle, answers);
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

/** What the app answered to requests for another protocol. */
type Answers = WeakMap<IncomingMessage, Response>;

/**
 * Once a client has asked for another protocol, Node leaves its connection to whoever listens, and no limit of time holds any more. So that of
 * whoever asks for what is no WebSocket is answered here, and of whoever is refused is closed, once it is told why.
 */
function guardUpgrades(server: Server, idle: number, answers: Answers): void {
  const [upgrade] = server.listeners('upgrade') as ((...asked: [IncomingMessage, Duplex, Buffer]) => Promise<void>)[];
  server.removeAllListeners('upgrade');
  server.on('upgrade', () => {}); // beside another listener, Hono's leaves it to that one to refuse: it would not tell why
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    (socket as Duplex & { setTimeout(ms: number, late: () => void): void }).setTimeout(idle, () => socket.destroy());
    const isWebSocket = upgrade && request.headers.upgrade?.toLowerCase() === 'websocket';
    if (!isWebSocket)
      return refuse(
        socket,
        400,
        'expected HTTP/1.1 or the upgrade to websocket, got another; with curl, leave out --http2',
      );
    upgrade(request, socket, head)
      .then(() => tellRefusal(socket, answers.get(request)))
      .catch(() => socket.destroy());
  });
}

/** A WebSocket that was opened has an answer without a body. */
async function tellRefusal(socket: Duplex, answer: Response | undefined): Promise<void> {
  if (!answer) return refuse(socket, 400, 'the request cannot be read');
  if (!answer.body) return;
  if (answer.status < 400) {
    await answer.body.cancel(); // which may not end
    return refuse(socket, 400, 'expected no upgrade here: /v1/stream alone is a WebSocket');
  }
  end(socket, answer.status, [...answer.headers], await answer.text());
}

const refuse = (socket: Duplex, status: number, message: string): void =>
  end(socket, status, [['Content-Type', 'application/json']], JSON.stringify({ error: { code: 'upgrade', message } }));

function end(socket: Duplex, status: number, headers: readonly (readonly [string, string])[], body: string): void {
  const lines = headers.filter(([name]) => !/^(connection|content-length|transfer-encoding)$/i.test(name));
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
      ...lines.map(([name, value]) => `${name}: ${value}`),
      'Connection: close',
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
    () => socket.destroy(),
  );
}
