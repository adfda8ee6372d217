import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { defineConfig, type Plugin, transformWithOxc } from 'vite';

const root = import.meta.dirname;
const out = resolve(root, '../dist/page');

/** Files that a package has already: `attune serve` gives them from there. */
const KEPT = /^ort-.*\.wasm$|\.safetensors$/;

/** Whose names do not change with their bytes. */
const output = {
  assetFileNames: ({ names }: { readonly names: readonly string[] }) =>
    `assets/[name]${KEPT.test(names[0] ?? '') ? '' : '-[hash]'}[extname]`,
};

/** The example recordings, synthetic voices, which `npm run build:page` makes. */
const examples: Plugin = {
  name: 'examples',
  closeBundle() {
    const made = resolve(root, '../dist/examples');
    if (!existsSync(made)) return;
    mkdirSync(join(out, 'examples'), { recursive: true });
    for (const name of readdirSync(made)) copyFileSync(join(made, name), join(out, 'examples', name));
  },
};

/** What keeps the page for when there is no network, and the list of all that it keeps. */
const offline: Plugin = {
  name: 'offline',
  async closeBundle() {
    const source = resolve(root, 'offline.ts');
    const { code } = await transformWithOxc(readFileSync(source, 'utf8'), source);
    const files = readdirSync(out, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== 'offline.js')
      .map((entry) => relative(out, join(entry.parentPath, entry.name)))
      .sort();
    const hash = createHash('sha256');
    for (const file of files) hash.update(file).update(readFileSync(join(out, file)));
    const named = files.map((file) => (file === 'index.html' ? './' : `./${file}`));
    const kept = { name: `attune-${hash.digest('hex').slice(0, 16)}`, files: named };
    writeFileSync(
      join(out, 'offline.js'),
      `const KEPT = ${JSON.stringify(kept)};\n${code.replace(/^export \{\};?$/m, '')}`,
    );
  },
};

/** The thread of sound as `node bin/build.js` compiled it, for it is loaded by its own address. */
const worklet: Plugin = {
  name: 'worklet',
  enforce: 'pre',
  transform(code, id) {
    if (id.endsWith('src/web/microphone.ts'))
      return code.replace('./capture-worklet.js', '../../dist/web/capture-worklet.js');
    return undefined;
  },
};

/** A folder that any static host serves: every address in it is relative. */
export default defineConfig({
  root,
  base: './',
  // what a page need not bring: WebGPU, and what a library wants of Node
  resolve: {
    alias: {
      '#ort': 'onnxruntime-web/wasm',
      'csv-stringify/sync': 'csv-stringify/browser/esm/sync',
      '@audio/decode-aac': resolve(root, 'no-aac.ts'),
      module: resolve(root, 'no-node.ts'),
    },
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  worker: { format: 'es', rolldownOptions: { output } },
  build: {
    ...{ outDir: out, emptyOutDir: true, target: 'es2022', assetsInlineLimit: 0 },
    rolldownOptions: { output },
  },
  plugins: [worklet, examples, offline],
});
