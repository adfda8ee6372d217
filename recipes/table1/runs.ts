import type { Offset } from '../../src/features/segmentation.ts';
import type { Pooling } from '../../src/model/cnn/architecture.ts';

/** The systems in the paper's order. */
export const SYSTEMS: readonly Pooling[] = ['gap', 'bilinear', 'attention'];

/** One run of Table 1: a call of `attune crossval`. */
export interface TableRun {
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

/** Seeds of one system have the same front end: the first ones were scored with each segment's mean left in. */
const paper = (pooling: Pooling, seed: number, offset: Offset) => [
  ...['--pooling', pooling, '--epochs', '50', '--offset', offset, '--seed', String(seed)],
];

/** The run of one system and seed on EmoDB, leave one speaker out, 50 epochs. */
export const emodbRun = (pooling: Pooling, seed: number): TableRun => ({
  out: pooling === 'attention' && seed === 1 ? 'results/emodb-attention' : `results/table1/${pooling}-${seed}`,
  corpus: 'emodb',
  options: paper(pooling, seed, 'keep'),
});

/** RAVDESS in four folds of whole speakers, and each corpus tested by a network that was trained on the other. */
export const OTHER_RUNS: readonly TableRun[] = [
  {
    out: 'results/table1/ravdess-attention-1',
    corpus: 'ravdess',
    options: [...paper('attention', 1, 'remove-in-use'), '--protocol', 'speaker-folds', '--folds', '4', ...duplicate()],
  },
  {
    out: 'results/table1/emodb-to-ravdess-1',
    corpus: 'emodb',
    options: [
      ...paper('attention', 1, 'remove-in-use'),
      '--test-on',
      '$ATTUNE_CORPORA/ravdess',
      ...duplicate('ravdess/'),
    ],
  },
  {
    out: 'results/table1/ravdess-to-emodb-1',
    corpus: 'ravdess',
    options: [
      ...paper('attention', 1, 'remove-in-use'),
      '--test-on',
      '$ATTUNE_CORPORA/emodb',
      ...duplicate('ravdess/'),
    ],
  },
];

/** All runs, in the order in which they are worth having: one seed of each system, the other corpora, further seeds. */
export const tableRuns = (seeds: readonly number[]): TableRun[] => {
  const [first, ...others] = seeds;
  const seedRuns = (seed: number) => SYSTEMS.map((pooling) => emodbRun(pooling, seed));
  return [...seedRuns(first!), ...OTHER_RUNS, ...others.flatMap(seedRuns)];
};

/** The command that makes a run, as a person would type it. */
export const commandOf = ({ out, corpus, options }: TableRun): string =>
  `npx attune crossval $ATTUNE_CORPORA/${corpus} ${options.join(' ')} --out ${out}`;
