import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import encodeWav from '@audio/encode-wav';
import type { Browser } from 'playwright-core';
import { build, type PreviewServer, preview } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchChromium } from '../../bench/browser/browser.ts';
import { readAudioFile } from '../../src/audio/file.ts';
import { loadRecognizer } from '../../src/recognize/default-weights.ts';
import type { LiveEvent } from '../../src/recognize/live/events.ts';
import { createPass } from '../../src/web/microphone.ts';
import { ATTUNE_CORPORA, describeWith } from '../folders.ts';
import { describeByChromium } from './chromium.ts';

it('skips what a listener cannot hear in time, as long as that was', async () => {
  const said: string[] = [];
  const listener = {
    waitingSeconds: 0,
    push: async ([samples]: Float32Array[]) => void said.push(`push ${samples!.length}`),
    skip: async (seconds: number) => void said.push(`skip ${seconds}`),
  };
  const pass = createPass(listener as never, 1000);
  const block = [new Float32Array(500)];
  for (const waiting of [0, 4.9, 5.1, 3, 1.1, 0.9, 2]) {
    listener.waitingSeconds = waiting;
    pass(block);
  }
  expect(said).toEqual(['push 500', 'push 500', 'skip 1.5', 'push 500', 'push 500']);
});

const PAGE = `import { loadRecognizer } from '${resolve('dist/index.js')}';
import { openMicrophone } from '${resolve('dist/web.js')}';

globalThis.listen = async (seconds) => {
  const [recognizer, microphone] = await Promise.all([loadRecognizer({ threads: 1 }), openMicrophone()]);
  const events = [];
  const listener = recognizer.listen({ sampleRate: microphone.sampleRate, onEvent: (event) => events.push(event) });
  microphone.start(listener);
  await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
  await microphone.close();
  const { answer } = await listener.end();
  await recognizer.close();
  return { answer, events };
};
globalThis.stopped = async () => {
  const { mediaDevices } = navigator;
  const ask = mediaDevices.getUserMedia.bind(mediaDevices);
  let tracks = [];
  mediaDevices.getUserMedia = async (wanted) => {
    const stream = await ask(wanted);
    tracks = stream.getTracks();
    return stream;
  };
  globalThis.AudioContext = class { constructor() { throw new DOMException('no more', 'NotSupportedError'); } };
  const said = await openMicrophone().then(() => 'opened', (error) => error.name);
  return [said, ...tracks.map(({ readyState }) => readyState)];
};
globalThis.refused = () => openMicrophone().then(() => 'opened', (error) => [error.name, error.code, error.message].join(': '));
`;
declare global {
  var listen: (seconds: number) => Promise<{ answer: string; events: LiveEvent[] }>;
  var refused: () => Promise<string>;
  var stopped: () => Promise<string[]>;
}

describeWith(ATTUNE_CORPORA, 'with recordings', () => {
  describeByChromium("a page's microphone", (path) => {
    let folder: string;
    let server: PreviewServer;
    const browsers: Browser[] = [];
    const wav = join(ATTUNE_CORPORA, 'emodb/03a01Wa.wav');
    const open = async (...flags: string[]) => {
      const browser = await launchChromium(path, flags);
      browsers.push(browser);
      const tab = await browser.newPage();
      await tab.goto(server.resolvedUrls!.local[0]!);
      await tab.waitForFunction(() => 'listen' in globalThis);
      return tab;
    };

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'attune-microphone-'));
      await writeFile(join(folder, 'index.html'), '<!doctype html><script type="module" src="main.js"></script>');
      await writeFile(join(folder, 'main.js'), PAGE);
      const site = { root: folder, configFile: false, logLevel: 'error' } as const;
      await build({ ...site, resolve: { alias: { '#ort': 'onnxruntime-web/webgpu' } } });
      server = await preview({ ...site, preview: { host: '127.0.0.1', port: 0 } });
    });
    afterAll(async () => {
      for (const browser of browsers) await browser.close();
      await server?.close();
      await rm(folder, { recursive: true });
    });

    it('is heard as its recording is', async () => {
      const { samples } = (await readAudioFile(wav)).waveform;
      const loud = join(folder, 'fake.wav');
      const encoder = await encodeWav({ sampleRate: 16_000, bitDepth: 16 });
      const silence = new Float32Array(8_000);
      encoder.encode([Float32Array.from([...silence, ...samples, ...silence])]);
      await writeFile(loud, await encoder.flush());
      const recognizer = await loadRecognizer();
      const { emotion } = await recognizer.recognize({ samples, sampleRate: 16_000 }).finally(recognizer.close);
      const tab = await open(
        '--use-fake-ui-for-media-stream',
        '--use-fake-device-for-media-stream',
        `--use-file-for-fake-audio-capture=${loud}%noloop`,
      );
      const { answer, events } = await tab.evaluate(() => globalThis.listen(4));
      expect(answer).toBe(emotion);
      const types = events.map(({ type }) => type);
      for (const type of ['ready', 'segment', 'speechStart', 'speechEnd', 'end']) expect(types).toContain(type);
    });

    it('says what to do where it is refused, or not there', async () => {
      const refusing = await open('--deny-permission-prompts', '--use-fake-device-for-media-stream');
      expect(await refusing.evaluate(() => globalThis.refused())).toMatch(
        /^AttuneError: audio: the microphone was refused: allow it/,
      );
      const without = await open('--use-fake-ui-for-media-stream');
      expect(await without.evaluate(() => globalThis.refused())).toMatch(
        /^AttuneError: audio: no microphone was found/,
      );
    });

    it('is let go of where sound cannot be recorded', async () => {
      const tab = await open('--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream');
      expect(await tab.evaluate(() => globalThis.stopped())).toEqual(['NotSupportedError', 'ended']);
    });
  });
});
