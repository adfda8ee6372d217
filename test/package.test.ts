import { existsSync, readFileSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, normalize, resolve } from 'node:path';
import { createServer, type DepOptimizationOptions } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toWaveform } from '../src/audio/load.ts';
import { loadRecognizer } from '../src/recognize/default-weights.ts';
import { s16, wav } from './audio/files.ts';
import { ATTUNE_AUDIO } from './folders.ts';
import { linksOf } from './links.ts';
import { installPacked } from './packed.ts';
import { tsc } from './tsc.ts';
import { describeInChromium } from './web/chromium.ts';

const TYPED_PAGE = `import { createRecognizer, type Emotion, loadRecognizer, openSound, readCheckpoint, type Recognizer } from 'attune';

const inGerman = { neutral: 'neutral', happy: 'froh', angry: 'zornig', sad: 'traurig' };

export async function emotionOf(file: File): Promise<Emotion> {
  const recognizer: Recognizer<'neutral' | 'happy' | 'angry' | 'sad'> = await loadRecognizer();
  const { emotion, probabilities } = await recognizer.recognize(await openSound(file, file.name));
  const sure: number = probabilities.happy;
  // @ts-expect-error the default weights do not know it
  const unknown: number = probabilities.bored;
  return inGerman[emotion] && sure > unknown ? emotion : 'neutral';
}

export async function rudenessOf(weights: Uint8Array, file: File): Promise<number> {
  const recognizer: Recognizer = await createRecognizer(readCheckpoint(weights, 'rude.safetensors'));
  const { emotion, probabilities } = await recognizer.recognize(await openSound(file, file.name));
  // @ts-expect-error its classes are known when it is read, not before
  const one: Emotion = emotion;
  const rude = probabilities.rude ?? 0;
  return one && recognizer.classes.includes('rude') ? rude : 0;
}
`;
const STRICT = {
  compilerOptions: {
    ...{ strict: true, skipLibCheck: false, types: [], lib: ['es2022', 'dom'] },
    ...{ target: 'es2022', module: 'esnext', moduleResolution: 'bundler', noEmit: true },
  },
  files: ['page.ts'],
};

const VITE_7 = { exclude: ['attune', 'onnxruntime-web'], include: ['attune > fft.js', 'attune > ml-matrix'] };
const SCORING_PAGE = `import { loadRecognizer, toWaveform } from 'attune';
globalThis.probabilities = async (bytes, name) => {
  const recognizer = await loadRecognizer();
  const { waveform } = await toWaveform(Uint8Array.from(bytes), name);
  return Object.values((await recognizer.recognize(waveform).finally(recognizer.close)).probabilities);
};
`;
declare global {
  var probabilities: (bytes: readonly number[], name: string) => Promise<number[]>;
}

/** What the default weights say in Node of each recording. */
async function askNode() {
  const recognizer = await loadRecognizer();
  const answers = [];
  for (const [name, bytes] of recordings()) {
    const { waveform } = await toWaveform(bytes, name);
    answers.push({ name, bytes, expected: Object.values((await recognizer.recognize(waveform)).probabilities) });
  }
  await recognizer.close();
  return answers;
}

let asked: ReturnType<typeof askNode> | undefined;
/** {@link askNode}, asked once. */
function answersInNode() {
  asked ??= askNode();
  return asked;
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

describe('the package, packed from a fresh clone', () => {
  let folder: string;
  const packed = (file: string) => join(folder, 'node_modules', 'attune', file);
  beforeAll(async () => {
    folder = await installPacked();
    await writeFile(join(folder, 'index.html'), '<script type="module" src="./page.js"></script>');
    await writeFile(join(folder, 'page.js'), SCORING_PAGE);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('holds what package.json points to', async () => {
    const { bin, exports } = JSON.parse(await readFile(packed('package.json'), 'utf8'));
    const targets = [bin, exports['.'], exports['./node'], exports['./train'], exports['./web']].flatMap((paths) =>
      Object.values<string>(paths),
    );
    expect(targets.length).toBeGreaterThan(4);
    for (const target of targets) expect(existsSync(packed(target)), target).toBe(true);
    expect(existsSync(packed('dist/page/index.html'))).toBe(true);
    const twice = (await readdir(packed('dist/page/assets'))).filter((name) => /^ort-.*wasm$|safetensors$/.test(name));
    expect(twice).toEqual([]); // the server has them from elsewhere
  });

  it('holds what its pages link to, save what docs/install.md says it leaves out', async () => {
    const install = await readFile(packed('docs/install.md'), 'utf8');
    const sentence = /^Links to [\s\S]+?stay in the repository\.$/m.exec(install)![0];
    const leftOut = [...sentence.matchAll(/`([^`]+)`/g)].map(([, name]) => name!);
    const pages = (await readdir(packed('docs'))).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`);
    expect(pages.length).toBeGreaterThan(3);
    for (const page of ['README.md', ...pages]) {
      const links = linksOf(await readFile(packed(page), 'utf8')).map((link) => link.replace(/#.*/, ''));
      expect(links.length, page).toBeGreaterThan(0);
      for (const link of links.filter(Boolean)) {
        const target = normalize(join(page, '..', link));
        const there =
          existsSync(packed(target)) || (existsSync(target) && leftOut.some((name) => target.startsWith(name)));
        expect(there, `${page} links to ${target}`).toBe(true);
      }
    }
    for (const name of leftOut) expect([name, existsSync(packed(name)), existsSync(name)]).toEqual([name, false, true]);
  });

  it("has types that a page's strict project takes, with those of libraries checked too", async () => {
    await writeFile(join(folder, 'page.ts'), TYPED_PAGE);
    expect(await tsc(folder, STRICT)).toBe('');
  });

  describeInChromium("by Vite's development server", (browser) => {
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
      const tab = await browser().newPage();
      await tab.goto(server.resolvedUrls!.local[0]!);
      await tab.waitForFunction(() => 'probabilities' in globalThis);
      for (const { name, bytes, expected } of await answersInNode()) {
        const got = await tab.evaluate((args) => globalThis.probabilities(...args), [[...bytes], name] as const);
        got.forEach((probability, k) => {
          expect(Math.abs(probability - expected[k]!), name).toBeLessThan(1e-3);
        });
      }
      await tab.close();
      await server.close();
    });
  });
});
