import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

/** The folders in the order in which data flows; ARCHITECTURE.md holds the same list. */
const ORDER = [
  'audio',
  'graph',
  'features',
  'corpus',
  'model',
  'jobs',
  'train',
  'recognize',
  'statistics',
  'run',
  'report',
  'evaluate',
  'verify',
  'explain',
  'studies',
  'server',
  'web',
  'cli',
];

const SOURCE = resolve('src');
const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const folderOf = (file: string) => (file.includes('/') ? file.slice(0, file.indexOf('/')) : '');
const importsOf = (file: string) =>
  [...readFileSync(join(SOURCE, file), 'utf8').matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(
    (match) => match[1]!,
  );

/** Features in files, and what these are called. */
const FILE_STORE = ['features/cache.ts', 'features/feature-file.ts', 'features/copies.ts'];

/** What a file loads when it runs: not the types that it imports, nor what its examples do. */
const loadsOf = (file: string) => {
  const code = readFileSync(join(SOURCE, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '');
  const loads = code.matchAll(/(?:import|export)\s+(?!type\b)([^;'()]*?)from\s+'([^']+)'|import\s*\(?\s*'([^']+)'/g);
  return [...loads].flatMap(([, names = '', from, bare]) => {
    const listed = /^\{([^}]*)\}\s*$/
      .exec(names)?.[1]
      ?.split(',')
      .map((name) => name.trim())
      .filter(Boolean);
    return listed?.length && listed.every((name) => name.startsWith('type ')) ? [] : [(from ?? bare)!];
  });
};

/** Each module of Node that a file loads, even through others, as `features/cache.ts loads node:fs`. */
function nodeModulesOf(file: string, seen = new Set<string>()): string[] {
  if (seen.has(file)) return [];
  seen.add(file);
  return loadsOf(file).flatMap((path) => {
    if (path.startsWith('node:')) return [`${file} loads ${path}`];
    return path.startsWith('.') ? nodeModulesOf(join(dirname(file), path), seen) : [];
  });
}

describe('the order of the folders', () => {
  it.each(files.filter((file) => folderOf(file)))('%s imports only from its own folder and those before it', (file) => {
    const own = ORDER.indexOf(folderOf(file));
    expect(own, `${folderOf(file)} stands in the list`).toBeGreaterThanOrEqual(0);
    for (const path of importsOf(file).filter((path) => path.startsWith('.'))) {
      const target = folderOf(relative(SOURCE, resolve(SOURCE, dirname(file), path)));
      if (target) expect(ORDER.indexOf(target), `${file} imports ${path}`).toBeLessThanOrEqual(own);
    }
  });

  it('lets only the graph touch the runtime', () => {
    const touching = files.filter((file) =>
      importsOf(file).some((path) => path === '#ort' || path.includes('onnxruntime')),
    );
    expect(touching.filter((file) => folderOf(file) !== 'graph')).toEqual([]);
  });

  it('lets nobody but the table of networks into the folder of a family, beyond the settings that it offers', () => {
    const inside = /model\/(cnn|linear)\/(?!architecture\.ts$)/;
    const entering = files
      .filter((file) => !/^model\/(cnn|linear)\//.test(file))
      .filter((file) => importsOf(file).some((path) => inside.test(join(dirname(file), path))));
    expect(entering).toEqual(['model/architecture.ts']);
  });

  it.each(['graph', 'model', 'train', 'features', 'statistics'])('reaches no module of Node from %s', (folder) => {
    const own = files.filter((file) => folderOf(file) === folder && !FILE_STORE.includes(file));
    expect(own.length).toBeGreaterThan(0);
    for (const file of own) expect(nodeModulesOf(file), file).toEqual([]);
  });

  it.each(['index.ts', 'training.ts', 'web.ts'])('reaches no module of Node from the door %s', (door) => {
    expect(nodeModulesOf(door)).toEqual([]);
  });

  it('names every folder in ARCHITECTURE.md', () => {
    const text = readFileSync('ARCHITECTURE.md', 'utf8');
    const folders = readdirSync(SOURCE, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    for (const { name } of folders) expect(text).toContain(`src/${name}/`);
  });

  it('keeps files under 300 lines', () => {
    for (const file of files)
      expect(readFileSync(join(SOURCE, file), 'utf8').split('\n').length, file).toBeLessThan(300);
  });
});

it('a recipe imports its own parts and what is shared, and nothing of other recipes', () => {
  const recipes = readdirSync('recipes', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  expect(recipes.length).toBeGreaterThan(10);
  const recipeOf = (file: string) => file.split('/')[0]!.replace(/\.ts$/, '');
  for (const file of recipes)
    for (const [, path] of readFileSync(join('recipes', file), 'utf8').matchAll(/from\s+'(\.[^']+)'/g)) {
      const found = relative('recipes', join('recipes', dirname(file), path!));
      if (!found.startsWith('..'))
        expect([recipeOf(file), 'shared'], `${file} imports ${path}`).toContain(recipeOf(found));
    }
});
