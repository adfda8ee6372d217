import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { type Health, watchHealth } from './health.ts';
import type { Served } from './served.ts';

/** What a server made of clients that mean it ill, and how it was with others meanwhile. */
export interface Siege extends Health {
  readonly what: string;
  readonly found: string;
  readonly rss_mb: number;
}

const HOST = 'Host: localhost\r\n';
const post = (more: string) => `POST /v1/recognize HTTP/1.1\r\n${HOST}${more}\r\n`;
const upgrade = (path: string, to: string) =>
  `GET ${path} HTTP/1.1\r\n${HOST}Connection: Upgrade\r\nUpgrade: ${to}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;

/** Again and again, from a client that reads no answer. */
const UNREAD = `GET /openapi.json HTTP/1.1\r\n${HOST}\r\n`.repeat(16);

/** What a client sends that then leaves its connection open and does nothing more. */
const HALVES = [
  '',
  `GET /healthz HTTP/1.1\r\n${HOST}`,
  post('Content-Length: 1000\r\n'),
  `${post('Transfer-Encoding: chunked\r\n')}5\r\nab`,
  upgrade('/v1/stream', 'websocket'),
  upgrade('/nothing', 'websocket'),
  upgrade('/healthz', 'h2c'),
  UNREAD,
];

/** The sieges, one after the other; each says how it went. */
export async function* besiege(served: Served, { sockets, waitSeconds, megabytes }: Sizes): AsyncGenerator<Siege> {
  const siege = async (what: string, work: () => Promise<string>): Promise<Siege> => {
    const health = await watchHealth(served.url);
    const found = await work();
    return { what, found, ...(await health.stop()), rss_mb: Math.round(await served.rssMb()) };
  };
  yield await siege(`a body of ${megabytes} MB that is declared`, () =>
    pour(served.url, post(`Content-Length: ${megabytes * 1e6}\r\n`), megabytes, (piece) => piece),
  );
  yield await siege(`a body of ${megabytes} MB that is not`, () =>
    pour(served.url, post('Transfer-Encoding: chunked\r\n'), megabytes, (piece) =>
      Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')]),
    ),
  );
  yield await siege('50 clients that send a byte at a time', () => trickle(served.url, 50, waitSeconds / 4));
  yield await siege('200 connections that stop halfway, ask for other protocols or read nothing', () =>
    abandon(served.url, 200, waitSeconds),
  );
  yield await siege(`${sockets.toLocaleString('en-US')} connections at once`, () => crowd(served.url, sockets));
}

export interface Sizes {
  readonly sockets: number;
  /** how long abandoned connections are watched at most */
  readonly waitSeconds: number;
  readonly megabytes: number;
}

function open(url: string): Socket {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  return socket.on('error', () => {});
}

/** Sends a large body until it is answered. */
async function pour(url: string, head: string, megabytes: number, framed: (piece: Buffer) => Buffer): Promise<string> {
  const socket = open(url);
  let answer = '';
  socket.on('data', (bytes) => {
    answer += bytes;
  });
  const over = new Promise<void>((resolve) => void socket.once('end', resolve).once('close', () => resolve()));
  socket.write(head);
  let sent = 0;
  const piece = framed(Buffer.alloc(1e6));
  for (; sent < megabytes && !answer; sent++)
    if (!socket.write(piece)) await Promise.race([once(socket, 'drain').catch(() => {}), over]);
  await over;
  socket.destroy();
  return `${answer.slice(9, 12) || 'closed without an answer'} after ${sent} MB`;
}

async function trickle(url: string, clients: number, seconds: number): Promise<string> {
  const sockets = Array.from({ length: clients }, () => open(url));
  for (const socket of sockets) socket.write(post('Content-Length: 100000\r\n'));
  for (let i = 0; i < 10 * seconds; i++) {
    for (const socket of sockets) socket.write('x');
    await setTimeout(100);
  }
  for (const socket of sockets) socket.destroy();
  return `for ${seconds} s`;
}

async function abandon(url: string, count: number, seconds: number): Promise<string> {
  const begun = performance.now();
  let closed = 0;
  let lastAt = begun;
  const sockets = Array.from({ length: count }, (_, i) => {
    const half = HALVES[i % HALVES.length]!;
    const socket = open(url);
    socket.write(half);
    const asking = half === UNREAD ? setInterval(() => socket.write(half), 100) : undefined;
    if (!asking) socket.resume();
    let isOpen = true;
    const gone = () => {
      clearInterval(asking);
      if (isOpen) closed++;
      isOpen = false;
      lastAt = performance.now();
    };
    return socket.once('end', gone).once('close', gone);
  });
  while (closed < count && performance.now() - begun < 1000 * seconds) await setTimeout(200);
  const text = `${closed} closed, the last after ${Math.round((lastAt - begun) / 1000)} s`;
  for (const socket of sockets) socket.destroy();
  return text;
}

async function crowd(url: string, count: number): Promise<string> {
  const sockets: Socket[] = [];
  let refused = 0;
  for (let i = 0; i < count; i += 500) {
    const some = Array.from({ length: Math.min(500, count - i) }, () => {
      const socket = open(url).resume();
      return socket.once('close', () => refused++).once('end', () => socket.destroy());
    });
    sockets.push(...some);
    await Promise.all(some.map((socket) => once(socket, 'connect').catch(() => {})));
  }
  await setTimeout(500);
  const told = `${count - refused} taken, ${refused} refused`;
  for (const socket of sockets) socket.removeAllListeners('close').destroy();
  return told;
}
