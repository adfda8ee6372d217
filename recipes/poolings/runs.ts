import type { Offset } from '../../src/features/segmentation.ts';
import type { Pooling } from '../../src/model/cnn/architecture.ts';

/** The networks in the paper's order. */
export const SYSTEMS: readonly Pooling[] = ['gap', 'bilinear', 'attention'];

/** A call of `attune crossval`. */
export interface PageRun {
  /** its run folder, from the root of the repository */
  readonly out: string;
  /** what is told to `attune crossval`, but for `--out` and `--jobs`; folders of recordings are under `$ATTUNE_CORPORA` */
  readonly corpus: string;
  readonly options: readonly string[];
}

/** RAVDESS holds one recording twice, under two names; both are of one actor, so that no fold of whole speakers divides them. */
const duplicate = (folder = '') => [
  '--accept',
  `same-audio:${['03-01-03-01-02-01-07', '03-01-03-01-02-02-07'].map((id) => folder + id).join('=')}`,
];

const paper = (pooling: Pooling, offset: Offset) => [
  ...['--pooling', pooling, '--epochs', '50', '--offset', offset, '--seed', '1'],
];

/** On EmoDB, one speaker left out at a time, each segment's mean left in. */
export const emodbRun = (pooling: Pooling): PageRun => ({
  out: pooling === 'attention' ? 'results/emodb-attention' : `results/poolings/${pooling}-1`,
  corpus: 'emodb',
  options: paper(pooling, 'keep'),
});

/** RAVDESS in four folds of whole speakers, and each corpus tested by a network that was trained on the other. */
export const OTHER_RUNS: readonly PageRun[] = [
  {
    out: 'results/poolings/ravdess-attention-1',
    corpus: 'ravdess',
    options: [...paper('attention', 'remove-in-use'), '--protocol', 'speaker-folds', '--folds', '4', ...duplicate()],
  },
  {
    out: 'results/poolings/emodb-to-ravdess-1',
    corpus: 'emodb',
    options: [...paper('attention', 'remove-in-use'), '--test-on', '$ATTUNE_CORPORA/ravdess', ...duplicate('ravdess/')],
  },
  {
    out: 'results/poolings/ravdess-to-emodb-1',
    corpus: 'ravdess',
    options: [...paper('attention', 'remove-in-use'), '--test-on', '$ATTUNE_CORPORA/emodb', ...duplicate('ravdess/')],
  },
];

export const RUNS: readonly PageRun[] = [...SYSTEMS.map(emodbRun), ...OTHER_RUNS];

/** The command that makes a run, as a person would type it. */
export const commandOf = ({ out, corpus, options }: PageRun): string =>
  `npx attune crossval $ATTUNE_CORPORA/${corpus} ${options.join(' ')} --out ${out}`;
