import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { licenceOf } from '../../src/corpus/provenance.ts';
import { readCorpus } from '../../src/corpus/read.ts';
import { AttuneError } from '../../src/errors.ts';
import { count } from '../../src/text.ts';

/** Corpora of acted emotions whose licences allow any use, and where their authors give them away, by the adapter's name. */
export const OPEN_CORPORA: Readonly<Record<string, string>> = {
  emodb: 'http://emodb.bilderbar.info',
  'crema-d': 'https://github.com/CheyneyComputerScience/CREMA-D',
  emozionalmente: 'https://zenodo.org/records/6569824',
  subesco: 'https://zenodo.org/records/4526477',
  mesd: 'https://data.mendeley.com/datasets/cy34mh68j9',
  jl: 'https://www.kaggle.com/datasets/tli725/jl-corpus',
  resd: 'https://huggingface.co/datasets/Aniemore/resd',
};

/** An open corpus below the folder of all corpora. */
export interface FoundCorpus {
  /** the adapter's */
  readonly name: string;
  readonly directory: string;
  readonly utterances: number;
  readonly speakers: number;
}

/** What {@link findOpenCorpora} found and did not find. */
export interface OpenCorpora {
  /** in the order of {@link OPEN_CORPORA} */
  readonly found: readonly FoundCorpus[];
  /** names */
  readonly lacking: readonly string[];
  /** folders that are not used, each with why */
  readonly passedOver: readonly string[];
}

/** Looks into each folder of `root` for an open corpus, whatever the folder is called; of two of a kind the first by name is taken. */
export async function findOpenCorpora(root: string): Promise<OpenCorpora> {
  const entries = await readdir(root, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink()).map(({ name }) => name);
  const found = new Map<string, FoundCorpus>();
  const passedOver: string[] = [];
  for (const folder of folders.sort()) {
    const directory = join(root, folder);
    try {
      const { name, utterances } = await readCorpus(directory);
      const speakers = new Set(utterances.map(({ speaker }) => speaker)).size;
      if (!Object.hasOwn(OPEN_CORPORA, name)) passedOver.push(`${folder}: ${name} is none of the open corpora`);
      else if (found.has(name)) passedOver.push(`${folder}: ${name} again`);
      else found.set(name, { name, directory, utterances: utterances.length, speakers });
    } catch (error) {
      if (!(error instanceof AttuneError)) throw error;
      passedOver.push(`${folder}: ${error.message}`);
    }
  }
  const names = Object.keys(OPEN_CORPORA);
  return {
    found: names.flatMap((name) => found.get(name) ?? []),
    lacking: names.filter((name) => !found.has(name)),
    passedOver,
  };
}

/** What was found and what lacks, a line each. */
export const inventory = ({ found, lacking, passedOver }: OpenCorpora): string[] => [
  ...found.map(
    ({ name, directory, utterances, speakers }) =>
      `found ${name} (${licenceOf(name)}) in ${directory}: ${count(utterances, 'utterance')} of ${count(speakers, 'speaker')}`,
  ),
  ...lacking.map((name) => `lacking ${name} (${licenceOf(name)}): ${OPEN_CORPORA[name]}`),
  ...passedOver.map((why) => `passed over ${why}`),
];
