import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { settingsOf, startServer } from './serving.ts';

const HOST = 'Host: localhost\r\n';
const UPGRADE = `${HOST}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n`;
const KEY = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';

/** What clients send that then do nothing more, or read nothing. */
const HOLDERS: Readonly<Record<string, string>> = {
  'says nothing': '',
  'stops in its headers': `GET /healthz HTTP/1.1\r\n${HOST}`,
  'stops in its body': `POST /v1/recognize HTTP/1.1\r\n${HOST}Content-Length: 1000\r\n\r\nabc`,
  'stops in a chunk': `POST /v1/recognize HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n5\r\nab`,
  'has its answer': `GET /healthz HTTP/1.1\r\n${HOST}\r\n`,
  'wants HTTP/2': `GET /healthz HTTP/1.1\r\n${HOST}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n`,
  'wants a WebSocket elsewhere': `GET /healthz HTTP/1.1\r\n${UPGRADE}${KEY}\r\n`,
  'wants a WebSocket without a key': `GET /v1/stream HTTP/1.1\r\n${UPGRADE}\r\n`,
  'opens a stream and says nothing': `GET /v1/stream HTTP/1.1\r\n${UPGRADE}${KEY}\r\n`,
};

describe('a server that clients hold on to', () => {
  let server: Awaited<ReturnType<typeof startServer>>;
  const open: Socket[] = [];
  beforeAll(async () => {
    const limits = { sockets: 10, idleSeconds: 1, graceSeconds: 1, bodyBytes: 100_000, heldBytes: 150_000 };
    server = await startServer(settingsOf({ limits: { ...settingsOf().limits, ...limits } }), { level: 'silent' });
    await server.ready;
  });
  afterAll(async () => {
    for (const socket of open) socket.destroy();
    await server.stop();
  });

  async function hold(text: string): Promise<Socket> {
    const { hostname, port } = new URL(server.url);
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    open.push(socket);
    socket.on('error', () => {});
    await once(socket, 'connect');
    socket.write(text);
    return socket;
  }
  /** All that it is told until the server closes. */
  async function heard(socket: Socket): Promise<string> {
    let text = '';
    socket.on('data', (bytes) => {
      text += bytes;
    });
    await once(socket, 'end').catch(() => {}); // a connection that is reset has ended too
    socket.destroy();
    return text;
  }
  const healthy = async () => (await fetch(`${server.url}/healthz`, { headers: { connection: 'close' } })).status;

  it('lets go of every one of them', async () => {
    const sockets = await Promise.all(Object.values(HOLDERS).map(hold));
    const told = Object.fromEntries(
      await Promise.all(Object.keys(HOLDERS).map(async (name, i) => [name, await heard(sockets[i]!)] as const)),
    );
    expect(told).toMatchObject({
      'stops in its headers': expect.stringMatching(/^HTTP\/1.1 408 /),
      'stops in its body': expect.stringMatching(/^HTTP\/1.1 408 [\s\S]*"code":"slow"/),
      'stops in a chunk': expect.stringMatching(/^HTTP\/1.1 408 [\s\S]*"code":"slow"/),
      'has its answer': expect.stringMatching(/^HTTP\/1.1 200 [\s\S]*"ok"/),
      'wants HTTP/2': expect.stringMatching(/^HTTP\/1.1 400 [\s\S]*"code":"upgrade"/),
      'wants a WebSocket elsewhere': expect.stringMatching(/^HTTP\/1.1 400 [\s\S]*"code":"upgrade"/),
      'wants a WebSocket without a key': expect.stringMatching(/^HTTP\/1.1 400 /),
      'opens a stream and says nothing': expect.stringMatching(/^HTTP\/1.1 101 [\s\S]*"idle"/),
    });
    expect(await healthy()).toBe(200);
  });

  it('closes who asks and asks, and reads no answer', async () => {
    const ask = `GET /openapi.json HTTP/1.1\r\n${HOST}\r\n`;
    const socket = (await hold('')).pause();
    const more = setInterval(() => socket.write(ask.repeat(16)), 10);
    await new Promise((resolve) => void socket.once('close', resolve));
    clearInterval(more);
  });

  it('closes who asks a great deal at once', async () => {
    const answers = await heard(await hold(`GET /healthz HTTP/1.1\r\n${HOST}\r\n`.repeat(1000)));
    expect(answers.split('"ok"').length).toBeLessThan(20);
    const few = await heard(await hold(`GET /healthz HTTP/1.1\r\n${HOST}\r\n`.repeat(10)));
    expect(few.split('"ok"')).toHaveLength(11);
  });

  it('refuses more connections than are allowed, and takes others once they are gone', async () => {
    const sockets = await Promise.all(Array.from({ length: 300 }, () => hold('')));
    await Promise.all(sockets.map(heard));
    expect(await healthy()).toBe(200);
  });

  it('holds so many bytes of all requests together, and counts a body that was cut short as the fault of its client', async () => {
    const part = (length: number) =>
      `POST /v1/recognize HTTP/1.1\r\n${HOST}Content-Length: 90000\r\nConnection: close\r\n\r\n${'x'.repeat(length)}`;
    const [first, second] = await Promise.all([hold(part(80_000)), hold(part(80_000))]);
    const refused = await Promise.race([heard(first), heard(second)]);
    expect(refused).toMatch(/^HTTP\/1.1 503 [\s\S]*Retry-After: [\s\S]*"code":"busy"/i);
    for (const socket of [first, second]) socket.destroy();
    const cut = await hold(part(10));
    cut.end();
    await heard(cut);
    const metrics = await (await fetch(`${server.url}/metrics`, { headers: { connection: 'close' } })).text();
    const counts = [...metrics.matchAll(/attune_request_seconds_count\{method="POST",route="(.*)",status="(\d+)"\}/g)];
    expect(new Set(counts.map(([, route, status]) => `${route} ${status}`))).toEqual(
      new Set(['/v1/recognize 400', '/v1/recognize 408', '/v1/recognize 503']),
    );
  });

  it('hears a client that sends much at once, and closes one that sends no sound, whatever else it sends', async () => {
    const url = `${server.url.replace('http', 'ws')}/v1/stream`;
    const quick = new WebSocket(url);
    await once(quick, 'open');
    const told: string[] = [];
    quick.on('message', (data) => void told.push(String(data)));
    for (let i = 0; i < 3; i++) quick.send(new Uint8Array(1024 * 1024)); // 98 s, which take longer than the second of idleness
    quick.send('{"type":"session.end"}');
    expect((await once(quick, 'close'))[0]).toBe(1000);
    expect(JSON.parse(told.at(-1)!)).toMatchObject({ type: 'end', recognition: { durationSeconds: 98.304 } });
    const chatty = new WebSocket(url);
    await once(chatty, 'open');
    const chat = setInterval(() => {
      chatty.send(new Uint8Array());
      chatty.send('{"type":"session.update","session":{}}');
      chatty.ping();
    }, 100);
    const [code, reason] = await once(chatty, 'close');
    clearInterval(chat);
    expect([code, String(reason)]).toEqual([1008, 'idle']);
  });

  it('lets no other page or name in by a WebSocket', async () => {
    for (const [headers, status] of [
      [{ origin: 'https://evil.example' }, 403],
      [{ host: 'evil.example' }, 421],
    ] as const) {
      const socket = new WebSocket(`${server.url.replace('http', 'ws')}/v1/stream`, { headers });
      expect(((await once(socket, 'error')) as [Error])[0].message).toContain(String(status));
    }
  });

  it('stops, whoever holds on to it, and answers what it has heard', async () => {
    const speaker = new WebSocket(`${server.url.replace('http', 'ws')}/v1/stream`);
    await once(speaker, 'open');
    const told: string[] = [];
    const heardSome = new Promise<void>((resolve) =>
      speaker.on('message', (data) => {
        told.push(JSON.parse(String(data)).type);
        resolve();
      }),
    );
    const speech = setInterval(() => speaker.send(new Uint8Array(3200)), 20); // it does not know that the server stops
    await heardSome;
    const left = once(speaker, 'close').finally(() => clearInterval(speech));
    const held = ['stops in its body', 'wants HTTP/2', 'opens a stream and says nothing', 'has its answer'];
    await Promise.all(held.map((name) => hold(HOLDERS[name]!)));
    await server.stop();
    expect([(await left)[0], told.at(-1)]).toEqual([1000, 'end']);
    await expect(healthy()).rejects.toThrow();
  });
});
