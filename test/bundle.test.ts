import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

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
