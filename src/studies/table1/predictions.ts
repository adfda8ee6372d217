import { mkdir, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Corpus } from '../../corpus/utterance.ts';
import { AttuneError } from '../../errors.ts';
import { cannotWrite, writeWhole } from '../../files.ts';
import { readIfThere, refuseAsOut, runPaths } from '../../run/run-folder.ts';
import { rowsOf } from './rows.ts';
import type { TableRun } from './runs.ts';

const PAGE = 'README.md';
/** How the page of such a folder begins, by which it is known. */
const HEAD = '# Predictions on ';

/**
 * Refuses a folder for predictions that holds something else, which would be passed on with them.
 *
 * @param names of the folders of runs that are to be written
 * @throws AttuneError `usage`
 */
export async function refuseForPredictions(
  folder: string,
  { out, corpus, names }: { readonly out: string; readonly corpus: Corpus; readonly names: readonly string[] },
): Promise<void> {
  await refuseAsOut(folder, corpus);
  if (resolve(folder) === resolve(out))
    throw new AttuneError('usage', `${folder} holds the runs: give predictions alone a folder of their own`);
  const found = await readdir(folder).catch((): string[] => []);
  const page = (await readIfThere(join(folder, PAGE)))?.toString('utf8');
  if (found.length && !page?.startsWith(HEAD))
    throw new AttuneError('usage', `${folder} holds other files, such as ${found[0]}: give predictions a new folder`);
  const others = found.find((name) => name !== PAGE && !names.includes(name));
  if (others !== undefined)
    throw new AttuneError(
      'usage',
      `${folder} holds ${others}, which is none of this table's runs: give predictions a new folder, or take it away`,
    );
}

/**
 * Writes the predictions of a table's runs into a folder that can be passed on: of each run `predictions.csv` and `config.json`, byte for byte,
 * which `compareSystems` needs. No recording, hash or weight is in them, and no name of a file but the ids of utterances.
 *
 * @throws AttuneError `run` where it cannot be written
 */
export async function writePredictions(folder: string, runs: readonly TableRun[], corpus: string): Promise<void> {
  const written: TableRun[] = [];
  for (const one of runs) {
    const [from, to] = [runPaths(one.run), runPaths(join(folder, nameOf(one)))];
    const [predictions, config] = [await readIfThere(from.predictions), await readIfThere(from.config)];
    if (!predictions || !config) continue; // it has diverged
    const place = join(folder, nameOf(one));
    await mkdir(place, { recursive: true }).catch((cause) => Promise.reject(cannotWrite(place, cause)));
    await writeWhole(to.predictions, predictions);
    await writeWhole(to.config, config);
    written.push(one);
  }
  await writeWhole(join(folder, PAGE), readme(written, corpus));
}

export const nameOf = ({ system, seed }: Pick<TableRun, 'system' | 'seed'>): string => `${system}-${seed}`;

function readme(runs: readonly TableRun[], corpus: string): string {
  const order = rowsOf(runs.map(({ system }) => system)).map(({ system }) => system);
  const systems = [...new Set(order)]
    .map((system) => runs.filter((one) => one.system === system).map(nameOf))
    .filter((seeds) => seeds.length)
    .map((seeds) => seeds.join(','));
  return `${HEAD}${corpus}, without recordings

Of each run its \`predictions.csv\` (a row an utterance: its id, speaker, fold, true and recognised
emotion, probabilities) and its \`config.json\` (options, versions, processor). No recordings, no
hashes of them, no weights, and no names of files but the ids of utterances.
${systems.length > 1 ? `\n\`\`\`\nnpx attune compare ${systems.join(' ')}\n\`\`\`\n` : ''}`;
}
