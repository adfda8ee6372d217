import type { Accuracies } from '../../statistics/hits.ts';

/** A row that the table knows of. */
export interface Row {
  /** as `crossval` calls the system, or, of what was made elsewhere, its run folders parted by commas */
  readonly system: string;
  /** as the paper calls it */
  readonly title: string;
  /** Table 1 of the paper, WA and UA on IEMOCAP's improvised turns, [0, 1]; null: not in that table */
  readonly paper: Accuracies | null;
  /** the quoted system is not described in public, so that whatever bears its name here is another: its figures are not compared */
  readonly undescribed?: true;
}

/** Table 1 of Li et al. 2018, in its order. The figures of the first four are quoted there from others. */
const PAPER: readonly Row[] = [
  { system: 'dnn-elm', title: 'DNN-ELM', paper: { wa: 0.5791, ua: 0.5213 } },
  { system: 'rnn-elm', title: 'RNN-ELM', paper: { wa: 0.6285, ua: 0.6389 } },
  { system: 'cnn-lstm', title: 'CNN-LSTM', paper: { wa: 0.688, ua: 0.594 } },
  {
    ...{ system: 'two-step', title: 'CNN-LSTM, two-step predictor', paper: { wa: 0.673, ua: 0.62 } },
    undescribed: true,
  },
  { system: 'gap-pooling', title: 'CNN, global average pooling', paper: { wa: 0.7135, ua: 0.6754 } },
  { system: 'bilinear-pooling', title: 'CNN, bilinear pooling', paper: { wa: 0.6917, ua: 0.6416 } },
  { system: 'attention-pooling', title: 'CNN, attention pooling', paper: { wa: 0.7175, ua: 0.6806 } },
];

/** Names of systems that the paper does not have. */
const TITLES: Readonly<Record<string, string>> = {
  ...{ encoder: 'behind a speech encoder', 'light-sernet': 'Light-SERNet (2022)' },
};

/** The system that the paper claims to be better than the others of its table. */
const CLAIMED = 'attention-pooling';

/** The rows of a table: the paper's, whether they are asked for or not, then, below a line, the other systems in their order. */
export function rowsOf(systems: readonly string[]): Row[] {
  const others = systems.filter((system) => !PAPER.some((row) => row.system === system));
  return [...PAPER, ...others.map((system) => ({ system, title: TITLES[system] ?? system, paper: null }))];
}

/**
 * What may be called better, named before any run: UA of the system that the paper claims to be better, beside that of each other one of the
 * paper's whose description is public.
 *
 * @param systems those of the table
 * @returns pairs of systems, the claimed one second
 */
export function primaryPairs(systems: readonly string[]): [against: string, claimed: string][] {
  if (!systems.includes(CLAIMED)) return [];
  const against = PAPER.filter(({ system, undescribed }) => system !== CLAIMED && !undescribed);
  return against.flatMap(({ system }): [string, string][] => (systems.includes(system) ? [[system, CLAIMED]] : []));
}
