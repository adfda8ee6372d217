import { join } from 'node:path';
import { AttuneError } from '../../errors.ts';
import { type Adapter, byCodeUnits, type Reading, signOf, type Tree } from '../adapter.ts';
import { columnsOf, readTable } from '../csv-table.ts';

const COLUMNS = ['file_name', 'emotion_expressed', 'actor'] as const;

/**
 * Emozionalmente (Italian, acted by 431 amateurs on their own devices, 16 kHz). Licence: CC BY 4.0.
 *
 * `samples.csv`, in the folder or below it, has a row for each recording: its name (`file_name`), who speaks (`actor`), the emotion
 * that was asked for (`emotion_expressed`), and in most versions the `sentence`. Of the seven emotions the paper's four are used unless
 * {@link ReadOptions.classes} says otherwise.
 *
 * Catania, Wilke and Garzotto (2025), https://doi.org/10.1109/TASLPRO.2025.3540662
 */
export const emozionalmente: Adapter = {
  name: 'emozionalmente',
  expects: "Emozionalmente's metadata/samples.csv (file_name, emotion_expressed, actor) beside audio/",
  labels: {
    emotions: {
      ...{ neutral: ['neutrality', 'neutral'], happy: ['joy'], angry: ['anger'], sad: ['sadness'] },
      ...{ fearful: ['fear'], disgusted: ['disgust'], surprised: ['surprise'] },
    },
  },
  others: 'not in samples.csv, or a second file of the same name',
  sign: async (tree) => signOf(await tablesOf(tree)),
  async read(tree): Promise<Reading[]> {
    const files = byName(tree);
    return (await rowsOf(tree)).flatMap(({ cells, source }) => {
      const file = files.get(cells.file_name);
      if (file === undefined) return [];
      const { emotion_expressed: label, actor: speaker, sentence } = cells;
      return [{ file, source, label, speaker, ...(sentence && { script: sentence }) }];
    });
  },
  async warnings(tree) {
    const files = byName(tree);
    const without = (await rowsOf(tree)).filter(({ cells }) => !files.has(cells.file_name));
    if (!without.length) return [];
    const [{ source, cells }] = without as [(typeof without)[0]];
    return [
      `${source}: ${cells.file_name} is not in the folder, as ${without.length} of the rows: put back what is missing`,
    ];
  },
};

/** Tables of its name that have its columns. */
async function tablesOf({ root, files }: Tree): Promise<string[]> {
  const found: string[] = [];
  for (const file of files.filter((file) => /(^|\/)samples\.csv$/.test(file))) {
    const columns = await columnsOf(join(root, file));
    if (COLUMNS.every((column) => columns.includes(column))) found.push(file);
  }
  return found;
}

/** The rows of the first table, each once. */
async function rowsOf(tree: Tree) {
  const [table] = await tablesOf(tree);
  if (table === undefined) return [];
  const path = join(tree.root, table);
  const rows = await readTable(path, COLUMNS);
  const seen = new Set<string>();
  return rows.map(({ cells, line }) => {
    const source = `${path}, line ${line}`;
    if (seen.has(cells.file_name))
      throw new AttuneError('corpus', `${source}: ${cells.file_name} has a row already: take one out`);
    seen.add(cells.file_name);
    return { cells, source };
  });
}

/** Recordings by name without folders, the first by path of each. */
const byName = ({ recordings }: Tree): ReadonlyMap<string, string> =>
  new Map(
    [...recordings].sort((a, b) => byCodeUnits(b, a)).map((file) => [file.slice(file.lastIndexOf('/') + 1), file]),
  );
