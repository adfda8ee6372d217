import { AttuneError } from '../errors.ts';
import type { Adapter, ReadOptions, Tree } from './adapter.ts';
import { classFolders } from './adapters/class-folders.ts';
import { cremaD } from './adapters/crema-d.ts';
import { csvCorpus, isTable } from './adapters/csv-corpus.ts';
import { emodb } from './adapters/emodb.ts';
import { emozionalmente } from './adapters/emozionalmente.ts';
import { iemocap } from './adapters/iemocap.ts';
import { jl } from './adapters/jl.ts';
import { mesd } from './adapters/mesd.ts';
import { ravdess } from './adapters/ravdess.ts';
import { resd } from './adapters/resd.ts';
import { subesco } from './adapters/subesco.ts';
import { synthetic } from './synthetic.ts';
import { listTree } from './tree.ts';

/** Corpora with a layout of their own. A folder that shows two of them is refused. */
const ADAPTERS: readonly Adapter[] = [
  ...[emodb, ravdess, iemocap, cremaD, emozionalmente, subesco, mesd, jl, resd],
  ...[csvCorpus, synthetic],
];
/** Folders per class are looked for last: corpora with names of their own are sorted into such folders too. */
const ALL: readonly Adapter[] = [...ADAPTERS, classFolders];

/** Names of the corpora and layouts that {@link readCorpus} knows: what {@link ReadOptions.corpus} may be. */
export const CORPORA: readonly string[] = ALL.map(({ name }) => name);

/** A folder, and the adapter that reads it. */
export interface FoundCorpus {
  readonly tree: Tree;
  readonly adapter: Adapter;
}

/** The folder's adapter: the one that the user names, or the one whose corpus the folder shows. */
export async function findCorpus(directory: string, options: ReadOptions): Promise<FoundCorpus> {
  const tree = await listTree(directory);
  const adapter = options.corpus === undefined ? await recognise(tree, options) : named(options.corpus);
  if (tree.table && adapter !== csvCorpus)
    throw new AttuneError('usage', `${tree.table} is a table, which ${adapter.name} does not read: give the folder`);
  return { tree, adapter };
}

/** Refuses options that mean nothing to any of the corpora. */
export function refuseUntaken(found: readonly FoundCorpus[], options: ReadOptions): void {
  for (const option of ['turns', 'speaker'] as const)
    if (options[option] !== undefined && !found.some(({ adapter }) => adapter.takes?.includes(option))) {
      const takers = ALL.filter(({ takes }) => takes?.includes(option)).map(({ name }) => name);
      const read = found.map(({ tree, adapter }) => `${tree.root} is read as ${adapter.name}`).join(', ');
      throw new AttuneError(
        'usage',
        `\`${option}\` is for ${takers.join(', ')}, but ${read}: leave it out, or name the corpus with \`corpus\``,
      );
    }
}

function named(name: string): Adapter {
  const adapter = ALL.find((adapter) => adapter.name === name);
  if (adapter) return adapter;
  throw new AttuneError('usage', `no corpus is called ${name}: expected ${CORPORA.join(', ')}`);
}

async function recognise(tree: Tree, options: ReadOptions): Promise<Adapter> {
  if (tree.table) return csvCorpus;
  const signs: { adapter: Adapter; sign: string }[] = [];
  for (const adapter of ADAPTERS) {
    const sign = await adapter.sign(tree, options);
    if (sign) signs.push({ adapter, sign });
  }
  const [found, other] = signs;
  if (found && other)
    throw severalCorpora(
      tree,
      signs.map(({ adapter, sign }) => `${adapter.name} (${sign})`),
      found.adapter,
    );
  if (found) {
    await refuseClassFolders(tree, options, found);
    return found.adapter;
  }
  if (await classFolders.sign(tree, options)) return classFolders;
  if (tree.recordings.length && tree.files.some(isTable)) return csvCorpus; // which says what its header lacks
  throw nothingOf(tree, tree.recordings.length ? 'is no corpus that is known' : 'holds no recordings', ALL);
}

/** Recordings that the corpus does not know, in folders of classes, are a second corpus. A table says by itself what is meant. */
async function refuseClassFolders(
  tree: Tree,
  options: ReadOptions,
  { adapter, sign }: { adapter: Adapter; sign: string },
): Promise<void> {
  if (adapter === csvCorpus) return;
  const known = new Set((await adapter.read(tree, options)).map(({ file }) => file));
  const others = { ...tree, recordings: tree.recordings.filter((file) => !known.has(file)) };
  const folders = await classFolders.sign(others, { ...options, classes: 'four' });
  if (folders) throw severalCorpora(tree, [`${adapter.name} (${sign})`, `${classFolders.name} (${folders})`], adapter);
}

const severalCorpora = ({ root }: Tree, found: readonly string[], first: Adapter) =>
  new AttuneError(
    'corpus',
    `${root} holds more than one corpus: ${found.join(', ')}. Say which is meant with \`corpus\` ${first.name}, or part them`,
  );

/** What to say of a folder that holds nothing of what some adapters expect. */
export function nothingOf({ root, files }: Tree, what: string, adapters: readonly Adapter[]): AttuneError {
  const found = files.length
    ? `found ${files.length} files instead, such as ${files.find((file) => !file.startsWith('.')) ?? files[0]}`
    : 'the folder is empty';
  return new AttuneError(
    'corpus',
    `${root} ${what}: expected ${adapters.map(({ expects }) => expects).join(', ')}; ${found}`,
  );
}
