import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build, createServer, type DepOptimizationOptions } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toWaveform } from '../src/audio/load.ts';
import { loadRecognizer } from '../src/recognize/default-weights.ts';
import { s16, wav } from './audio/files.ts';
import { ATTUNE_AUDIO } from './folders.ts';
import { installPacked } from './packed.ts';
import { describeInChromium } from './web/chromium.ts';

describe('a page that Vite bundles with its default settings', () => {
  const folder = mkdtempSync(join(tmpdir(), 'attune-bundle-'));
  let scripts: { name: string; code: string }[];
  let loadedAtOnce: string[];
  const fromNode: string[] = []; // modules of Node that our own code imports, which Vite replaces by empty ones

  beforeAll(async () => {
    const [door, training] = ['index', 'training'].map((name) => JSON.stringify(resolve(`src/${name}.ts`)));
    writeFileSync(join(folder, 'index.html'), '<script type="module" src="./page.js"></script>');
    writeFileSync(
      join(folder, 'page.js'),
      `import * as attune from ${door};\nimport * as training from ${training};\nglobalThis.attune = { ...attune, ...training };\n`,
    );
    await build({
      root: folder,
      configFile: false,
      logLevel: 'silent',
      plugins: [
        {
          name: 'imports-from-node',
          enforce: 'pre',
          resolveId(module, importer) {
            if (isBuiltin(module) && importer && !importer.includes('node_modules')) fromNode.push(module);
          },
        },
      ],
      build: {
        minify: false,
        reportCompressedSize: false,
        rolldownOptions: { output: { comments: { jsdoc: false } } }, // whose examples import from Node
      },
    });
    const assets = join(folder, 'dist/assets');
    scripts = readdirSync(assets)
      .filter((name) => name.endsWith('.js'))
      .map((name) => ({ name, code: readFileSync(join(assets, name), 'utf8') }));
    const page = readFileSync(join(folder, 'dist/index.html'), 'utf8');
    loadedAtOnce = scripts.map(({ name }) => name).filter((name) => page.includes(name));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('imports nothing of Node', () => {
    expect(fromNode).toEqual([]);
    for (const { name, code } of scripts) expect(code, name).not.toMatch(/(?:from|import|import\()\s*['"`]node:/);
  });

  it.each(['decode-wav', 'decode-aiff', 'decode-flac', 'decode-mp3', 'decode-aac', 'decode-vorbis', 'core'])(
    'loads the decoder %s only when it is needed', // `core` is that of Opus packets
    (decoder) => {
      const chunks = scripts.map(({ name }) => name).filter((name) => name.startsWith(`${decoder}-`));
      expect(chunks.length).toBeGreaterThan(0);
      for (const chunk of chunks) expect(loadedAtOnce).not.toContain(chunk);
    },
  );

  it('loads the resampler only when it is needed, its WebAssembly as a file of its own', () => {
    expect(loadedAtOnce.filter((name) => name.includes('speex'))).toEqual([]);
    expect(readdirSync(join(folder, 'dist/assets')).filter((name) => /^speex.*\.wasm$/.test(name))).toHaveLength(1);
  });
});

const VITE_7 = { exclude: ['attune', 'onnxruntime-web'], include: ['attune > fft.js'] };
const PAGE = `import { loadRecognizer, toWaveform } from 'attune';
globalThis.probabilities = async (bytes, name) => {
  const recognizer = await loadRecognizer();
  const { waveform } = await toWaveform(Uint8Array.from(bytes), name);
  return Object.values((await recognizer.recognize(waveform).finally(recognizer.close)).probabilities);
};
`;
declare global {
  var probabilities: (bytes: readonly number[], name: string) => Promise<number[]>;
}

/** A tone at a rate that must be resampled, and a recording a decoder where there are any. */
function recordings(): (readonly [name: string, bytes: Uint8Array])[] {
  const tone = Array.from({ length: 22_050 }, (_, i) => Math.round(8000 * Math.sin(i / (1 + (i % 4410) / 441))));
  const names = ['flac.flac', 'mp3-64k.mp3', 'vorbis.ogg', 'opus.opus', 'browser-recorder.webm', 'aiff.aiff'];
  const paths = names.map((name) => join(ATTUNE_AUDIO, 'good', name)).filter((path) => existsSync(path));
  return [
    ['tone.wav', wav(s16(...tone), { rate: 44_100 })],
    ...paths.map((path) => [path, readFileSync(path)] as const),
  ];
}

describeInChromium("the packed package by Vite's development server", (browser) => {
  let folder: string;
  beforeAll(async () => {
    folder = await installPacked();
    writeFileSync(join(folder, 'index.html'), '<script type="module" src="./page.js"></script>');
    writeFileSync(join(folder, 'page.js'), PAGE);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('needs the setting that docs/library.md names', () => {
    const setting = /`optimizeDeps: ([^`]+)`/.exec(readFileSync('docs/library.md', 'utf8'))![1]!;
    expect(JSON.parse(setting.replace(/(\w+):/g, '"$1":').replaceAll("'", '"'))).toEqual(VITE_7);
  });

  it.each<[string, DepOptimizationOptions]>([
    ['no setting', {}],
    ['the setting for Vite 7', VITE_7],
  ])('answers as in Node with %s, whatever the format', async (_, optimizeDeps) => {
    const fs = { allow: [folder, resolve('.')] }; // the dependencies are links to those of this repository
    const site = { root: folder, configFile: false, logLevel: 'error', optimizeDeps } as const;
    const server = await createServer({ ...site, server: { host: '127.0.0.1', port: 0, fs } });
    await server.listen();
    const recognizer = await loadRecognizer();
    const tab = await browser().newPage();
    await tab.goto(server.resolvedUrls!.local[0]!);
    await tab.waitForFunction(() => 'probabilities' in globalThis);
    for (const [name, bytes] of recordings()) {
      const { waveform } = await toWaveform(bytes, name);
      const expected = Object.values((await recognizer.recognize(waveform)).probabilities);
      const got = await tab.evaluate((args) => globalThis.probabilities(...args), [[...bytes], name] as const);
      got.forEach((probability, k) => {
        expect(Math.abs(probability - expected[k]!), name).toBeLessThan(1e-3);
      });
    }
    await tab.close();
    await recognizer.close();
    await server.close();
  });
});
