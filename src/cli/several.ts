import { type Command, InvalidArgumentError } from 'commander';
import { type ReadSeveralOptions, readCorpora } from '../corpus/read-several.ts';
import type { Corpus } from '../corpus/utterance.ts';
import type { RunOptions } from '../run/run-files.ts';
import { inFlags } from './flags.ts';
import { addReadingOptions, type LabelsByCorpus, type ReadingFlags, readingOptions } from './reading.ts';
import { say } from './terminal.ts';
import { positive } from './values.ts';

/** What the user gave of the options that {@link addSeveralOptions} adds. */
export interface SeveralFlags extends Omit<ReadingFlags, 'labels'> {
  labels?: LabelsByCorpus;
  weight?: Weights;
}

/** By corpus; `none`: each counts by what it has. */
type Weights = Readonly<Record<string, number>> | 'none';

/** The folders, and the options, of everything that trains on one corpus or several. */
export const addSeveralOptions = (command: Command): Command =>
  addReadingOptions(command, 'several').option(
    '--weight <corpus=factor>',
    'how much a corpus of several counts in training, such as emodb=2; may be given again. none: by what it has (default: each counts 1)',
    weights,
  );

/** Beyond these an epoch would be made of one corpus again and again. */
function factorOf(text: string): number {
  const factor = positive(text);
  if (factor >= 0.01 && factor <= 100) return factor;
  throw new InvalidArgumentError('Expected a factor from 0.01 to 100.');
}

/** What is said of the folders. */
export const FOLDERS = [
  '<dir...>',
  'folders of recordings, or CSV files that list them, which are trained on together; `attune corpus` shows what is in one',
] as const;

function weights(text: string, before?: Weights): Weights {
  if (text.trim() === 'none' && before === undefined) return 'none';
  const [, corpus, factor] = /^\s*(.*\S)\s*=([^=]*)$/.exec(text) ?? [];
  if (corpus === undefined || before === 'none' || corpus === '__proto__')
    throw new InvalidArgumentError('Expected such as emodb=2, or none alone.');
  return { ...before, [corpus]: factorOf(factor!) };
}

/**
 * Reads all corpora as one, and says on stderr what of their labels is passed over.
 *
 * @returns the corpus, and what a run keeps of how it was read and is weighted
 * @throws AttuneError as {@link readCorpora} does
 */
export async function readAll(
  directories: readonly string[],
  flags: SeveralFlags,
): Promise<{ corpus: Corpus; several: Pick<RunOptions, 'reading' | 'ownLabels' | 'corpusWeights'> }> {
  const { labels: { '': shared, ...own } = {}, weight, ...others } = flags;
  const reading = readingOptions({ ...others, ...(shared && { labels: shared }) });
  const ownLabels = Object.keys(own).length ? { ownLabels: own } : {};
  const corpus = await readCorpora(directories, { ...reading, ...ownLabels } satisfies ReadSeveralOptions);
  for (const warning of corpus.warnings ?? []) say(`attune: warning: ${inFlags(warning)}`);
  const corpusWeights = weightsOf(corpus, weight);
  const several = { ...(reading && { reading }), ...ownLabels, ...(corpusWeights && { corpusWeights }) };
  return { corpus, several };
}

/** What each corpus counts, where they are several and none is not asked for; names are checked by whoever trains. */
function weightsOf({ parts }: Corpus, given: Weights = {}): RunOptions['corpusWeights'] {
  if (given === 'none') return undefined;
  const equal = Object.fromEntries((parts ?? []).map(({ label }) => [label, 1]));
  const all = { ...equal, ...given };
  return Object.keys(all).length ? all : undefined;
}
