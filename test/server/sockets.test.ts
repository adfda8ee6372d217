import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { InferenceClient } from '@huggingface/inference';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { synthesizeCorpus } from '../../src/corpus/synthetic.ts';
import { loadRecognizer } from '../../src/recognize/default-weights.ts';
import { wav } from '../audio/files.ts';
import { attuneInTurn } from '../cli/attune.ts';
import { ATTUNE_AUDIO, describeWith } from '../folders.ts';
import { itWithWebsockets } from './python.ts';
import { settingsOf, startServer, temporary } from './serving.ts';

const [voice] = [...synthesizeCorpus({ speakers: 1, utterancesPerEmotion: 1, seed: 2 })];
const { samples } = voice!.waveform;
const pcm = (from: Float32Array) => Buffer.from(Int16Array.from(from, (x) => Math.round(x * 32_767)).buffer);

interface Told {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** Connects, and collects what is told until the socket closes. */
async function talk(url: string, work: (socket: WebSocket) => void, protocols: string[] = []) {
  const socket = new WebSocket(url.replace('http', 'ws'), protocols);
  const told: Told[] = [];
  socket.on('message', (data) => void told.push(JSON.parse(String(data))));
  await once(socket, 'open');
  work(socket);
  const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
  return { told, code, reason: String(reason), protocol: socket.protocol };
}

describe('a server', () => {
  let server: Awaited<ReturnType<typeof startServer>>;
  let shut: typeof server;
  beforeAll(async () => {
    const limits = { ...settingsOf().limits, idleSeconds: 1, soundSeconds: 60 };
    [server, shut] = await Promise.all([
      startServer(settingsOf({ limits }), { level: 'silent' }),
      startServer(settingsOf({ token: 'secret', limits: { ...limits, streams: 1 } }), { level: 'silent' }),
    ]);
    await Promise.all([server.ready, shut.ready]);
  }, 60_000);
  afterAll(() => Promise.all([server.stop(), shut.stop()]));
  const stream = () => `${server.url}/v1/stream`;

  it('tells of live sound, and in the end what the same recording is answered', async () => {
    const { told, code } = await talk(stream(), (socket) => {
      socket.send(JSON.stringify({ type: 'session.update', session: { sample_rate: 16_000 } }));
      const bytes = pcm(samples);
      for (let at = 0; at < bytes.length; at += 6400) socket.send(bytes.subarray(at, at + 6400));
      socket.send(JSON.stringify({ type: 'session.end' }));
    });
    expect(code).toBe(1000);
    const types = told.map(({ type }) => type);
    expect(types.slice(0, 2)).toEqual(['session.updated', 'ready']);
    expect(types.at(-1)).toBe('end');
    expect(types).toEqual(expect.arrayContaining(['segment', 'span']));
    const recognizer = await loadRecognizer({ threads: 1 });
    const rounded = Float32Array.from(samples, (x) => Math.round(x * 32_767) / 32_768);
    const whole = await recognizer.recognize({ samples: rounded, sampleRate: 16_000 }).finally(recognizer.close);
    const { recognition } = told.at(-1) as unknown as { recognition: typeof whole };
    for (const [name, p] of Object.entries(whole.probabilities))
      expect(recognition.probabilities[name as 'sad']).toBeCloseTo(p, 5);
  });

  it.each<[string, string, string | Uint8Array]>([
    ['no JSON', 'message', 'hello'],
    ['another message', 'message', '{"type":"session.fly"}'],
    ['an absurd rate', 'message', '{"type":"session.update","session":{"sample_rate":1}}'],
    ['PCM of odd length', 'samples', new Uint8Array(3)],
    ['the end of nothing', 'audio', '{"type":"session.end"}'],
  ])('refuses %s, and closes', async (_, code, message) => {
    const said = await talk(stream(), (socket) => socket.send(message));
    expect(said.told.at(-1)).toMatchObject({ type: 'error', error: { code, message: expect.any(String) } });
    expect(said.code).toBe(1008);
  });

  it('closes a socket that says nothing, and one whose message is too large', async () => {
    const silent = await talk(stream(), () => {});
    expect(silent).toMatchObject({ code: 1008, told: [{ type: 'error', error: { code: 'idle' } }] });
    const large = await talk(stream(), (socket) => socket.send(new Uint8Array(2 * 1024 * 1024)));
    expect(large.code).toBe(1009);
  });

  /** What is answered to a request for a WebSocket that is refused. */
  async function refusalOf(url: string, headers: Record<string, string> = {}) {
    const socket = new WebSocket(url.replace('http', 'ws'), { headers });
    const [, answer] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
    let text = '';
    for await (const piece of answer) text += piece;
    socket.on('error', () => {}).terminate();
    return { status: answer.statusCode, headers: answer.headers, ...JSON.parse(text) };
  }

  it('tells why it opens no WebSocket', async () => {
    expect(await refusalOf(`${shut.url}/v1/stream`)).toMatchObject({
      ...{ status: 401, headers: { 'www-authenticate': 'Bearer', 'content-type': 'application/json' } },
      error: { code: 'token', message: expect.stringContaining('attune.token.TOKEN') },
    });
    const elsewhere = await refusalOf(stream(), { origin: 'https://evil.example' });
    expect(elsewhere).toMatchObject({ status: 403, error: { code: 'origin' } });
    expect(await refusalOf(`${server.url}/nothing`)).toMatchObject({ status: 404, error: { code: 'not_found' } });
    expect(await refusalOf(`${server.url}/healthz`)).toMatchObject({ status: 400, error: { code: 'upgrade' } });
    const { paths } = (await (await fetch(`${server.url}/openapi.json`)).json()) as { paths: object };
    expect(paths).toHaveProperty(['/v1/stream', 'get', 'responses', '101']);
  });

  it('takes the token as a subprotocol, and so many streams', async () => {
    const url = `${shut.url}/v1/stream`;
    const refused = new WebSocket(url.replace('http', 'ws'));
    const [error] = (await once(refused, 'error')) as [Error];
    expect(error.message).toContain('401');
    const open = talk(
      url,
      (socket) => {
        const second = new WebSocket(url.replace('http', 'ws'), ['attune', 'attune.token.secret']);
        second.on('error', (error) => {
          expect(error.message).toContain('503');
          socket.close();
        });
      },
      ['attune', 'attune.token.secret'],
    );
    expect((await open).protocol).toBe('attune');
  });

  it('goes on where clients stop halfway', async () => {
    const { hostname, port } = new URL(server.url);
    for (const text of [
      'POST /v1/recognize HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\nabc',
      'GET /v1/stream HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
      'NONSENSE\r\n\r\n',
    ]) {
      const socket = connect(Number(port), hostname);
      socket.on('error', () => {});
      await once(socket, 'connect');
      socket.write(text);
      await new Promise((resolve) => setTimeout(resolve, 50));
      socket.resetAndDestroy();
    }
    const gone = new WebSocket(stream().replace('http', 'ws'));
    await once(gone, 'open');
    gone.send(pcm(samples));
    gone.terminate();
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  });

  itWithWebsockets('is streamed to by a client in Python', async (python) => {
    const folder = await temporary();
    const file = join(folder, 'voice.wav');
    await writeFile(file, wav(new Uint8Array(pcm(samples))));
    const run = (python: string, ...args: string[]) => promisify(execFile)(python, ['examples/stream.py', ...args]);
    const { stdout } = await run(python, file, stream().replace('http', 'ws'));
    const recognizer = await loadRecognizer({ threads: 1 });
    const { emotion, segments } = await recognizer.recognize({ samples, sampleRate: 16_000 }).finally(recognizer.close);
    const lines = stdout.trim().split('\n');
    expect(lines.slice(0, -1)).toHaveLength(segments.length);
    for (const line of lines.slice(0, -1)) expect(line).toMatch(/^\d+\.\d s to \d+\.\d s: [a-z]+ 0\.\d\d$/);
    expect(lines.at(-1)).toContain(`in all: ${emotion} {'neutral': 0.`);
    const refused = run(python, file, `${shut.url.replace('http', 'ws')}/v1/stream`);
    await expect(refused).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('HTTP 401') });
    await rm(folder, { recursive: true });
  });

  it('is asked by the client of Hugging Face', async () => {
    const endpointUrl = `${server.url}/models/attune`;
    const data = new Blob([wav(new Uint8Array(pcm(samples)))], { type: 'audio/wav' });
    const labels = await new InferenceClient('', { endpointUrl }).audioClassification({ data });
    expect(labels.map(({ label }) => label).sort()).toEqual(['angry', 'happy', 'neutral', 'sad']);
  });
});

describeWith(ATTUNE_AUDIO, 'attune serve', () => {
  const inTurn = attuneInTurn();
  it('finishes what is in hand when it is told to stop, and says nothing of it', async () => {
    const server = spawn(process.execPath, ['bin/attune.js', 'serve', '--port', '0', '--workers', '1']);
    let [out, log] = ['', ''];
    server.stderr.on('data', (text) => {
      log += text;
    });
    while (!out.includes('Listening')) out += String((await once(server.stdout, 'data'))[0]);
    expect(out).toMatch(/: open it for the page;|, without the page;/);
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(out)![0];
    const path = join(ATTUNE_AUDIO, 'good/long-60s.flac');
    const asked = fetch(`${url}/v1/recognize`, { method: 'POST', body: await readFile(path) });
    await new Promise((resolve) => setTimeout(resolve, 300));
    server.kill('SIGTERM');
    const ended = once(server, 'exit');
    const answer = await asked;
    expect(answer.status).toBe(200);
    const { durationSeconds } = (await answer.json()) as { durationSeconds: number };
    expect(durationSeconds).toBe(60);
    expect((await ended)[0]).toBe(0);
    expect(log).toContain('"route":"/v1/recognize"');
    expect(log).not.toContain('long-60s');
  });

  it.each([
    ['another address without a token', ['--host', '0.0.0.0'], '--token'],
    ['an address that is not here', ['--host', '192.0.2.1', '--insecure'], 'EADDRNOTAVAIL'],
    ['a port that is none', ['--port', '99999'], 'from 0 to 65535'],
    ['a folder that is not there', ['--runs', 'nowhere'], 'a folder of runs'],
    ['an origin that is none', ['--allow-origin', 'example.org'], 'https://example.org'],
    ['a page for an origin', ['--allow-origin', 'https://example.org/page'], 'https://example.org'],
    ['an address for a name', ['--allow-host', 'http://example.org'], 'without a port'],
    ['a token that no subprotocol can hold', ['--token', 'base64=='], 'openssl rand -hex 32'],
    ['weights that are not there', ['--port', '0', '--checkpoint', 'nowhere.safetensors'], 'cannot be read (ENOENT)'],
  ])('refuses %s', async (_, args, said) => {
    const { status, stderr } = await inTurn(['serve', '--workers', '1', ...args]);
    expect({ status, stderr }).toEqual({ status: expect.toBeOneOf([1, 2]), stderr: expect.stringContaining(said) });
  });
});
