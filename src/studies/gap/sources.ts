import { classesOf } from '../../corpus/classes.ts';
import type { Leak } from '../../corpus/leaks.ts';
import { SEGMENT_SECONDS } from '../../features/segments.ts';
import type { Recording } from '../../run/run-files.ts';
import type { Prediction } from '../../statistics/prediction.ts';
import { bestForAll, bestOfEachFold, type ChosenEpochs, type EpochsOfFolds } from './epochs.ts';
import { BASELINE, DROPPED, type GapVariant, type Group, LEAKING } from './variants.ts';

/** A variant that is done. */
export interface GapRun {
  readonly predictions: readonly Prediction[];
  readonly recordings: readonly Pick<Recording, 'utterance' | 'durationSeconds'>[];
  /** of a variant that was scored after every epoch */
  readonly afterEpochs?: EpochsOfFolds;
  /** what stands on both sides of its folds; absent: nothing */
  readonly leaks?: Leak;
}

/** What spoils a row's figures as an estimate of anything. */
export const MARKS = {
  leaks: 'LEAKS',
  chosen: 'CHOSEN ON TEST DATA',
} as const;
export type Mark = (typeof MARKS)[keyof typeof MARKS];

/** What a row of the table is about; one variant can give several rows. */
export interface Source {
  readonly name: string;
  readonly group: Group;
  readonly choice: string;
  /** the run folder, within the study's, whose predictions are scored */
  readonly run: string;
  readonly marks: readonly Mark[];
  /** name of the row that it is compared with; none for the baseline, and for that of the rows about short utterances */
  readonly against?: string;
}

/** What is scored of a run. */
export interface Scored {
  readonly predictions: readonly Prediction[];
  readonly epochs?: ChosenEpochs['epochs'];
}

/** A row with what is scored; absent: not run yet. */
export interface SourceRow {
  readonly source: Source;
  readonly scored?: Scored;
}

type Take = (run: GapRun) => Scored;

/** Names of the rows about the choice of an epoch. */
export const ofEachFold = (run: string) => `${run}-best-of-each-fold`;
export const ofAll = (run: string) => `${run}-best-of-all-folds`;

/** The rows in the table's order, by name. Rows with nothing to score, such as where all utterances are short, are left out. */
export function sourceRows(
  variants: readonly GapVariant[],
  runs: ReadonlyMap<string, GapRun>,
): ReadonlyMap<string, SourceRow> {
  const protocols = variants.filter(({ group }) => group === 'protocol');
  const others = variants.filter(({ group }) => group !== 'protocol' && group !== 'short');
  const sources: [Source, Take][] = [
    ...protocols.map((variant): [Source, Take] => [plain(variant), last]),
    ...protocols.flatMap(chosenOnTest),
    ...shortUtterances(),
    ...others.map((variant): [Source, Take] => [plain(variant), last]),
  ];
  const rows = sources.map(([source, take]): SourceRow => {
    const run = runs.get(source.run);
    if (!run) return { source };
    const marks = run.leaks ? [...new Set([MARKS.leaks, ...source.marks])] : source.marks;
    return { source: { ...source, marks }, scored: take(run) };
  });
  return new Map(rows.filter(({ scored }) => scored?.predictions.length !== 0).map((row) => [row.source.name, row]));
}

const last: Take = ({ predictions }) => ({ predictions });

/** Utterances of a segment's length or more alone. */
const long: Take = ({ predictions, recordings }) => {
  const seconds = new Map(recordings.map(({ utterance, durationSeconds }) => [utterance, durationSeconds]));
  return { predictions: predictions.filter(({ utterance }) => seconds.get(utterance)! >= SEGMENT_SECONDS) };
};

const leaks = ({ options }: GapVariant): Mark[] => (options.protocol === LEAKING ? [MARKS.leaks] : []);

function plain(variant: GapVariant): Source {
  const { name, group, choice } = variant;
  const against = name === BASELINE ? {} : { against: BASELINE };
  return { name, group, choice, run: name, marks: leaks(variant), ...against };
}

function chosenOnTest(variant: GapVariant): [Source, Take][] {
  const { name: run } = variant;
  const classes = classesOf(variant.options);
  const protocol = variant.choice.replace(' (baseline)', '');
  const row = (name: string, choice: string): Source => {
    return { name, choice, group: 'epoch', run, marks: [...leaks(variant), MARKS.chosen], against: BASELINE };
  };
  return [
    [
      row(ofEachFold(run), `${protocol}: best of each fold`),
      ({ afterEpochs }) => bestOfEachFold(afterEpochs!, classes),
    ],
    [row(ofAll(run), `${protocol}: one for all folds`), ({ afterEpochs }) => bestForAll(afterEpochs!, classes)],
  ];
}

function shortUtterances(): [Source, Take][] {
  const [padded, group, marks] = ['short-padded', 'short', []] as const;
  return [
    [{ name: padded, group, marks, choice: 'padded, as in the baseline', run: BASELINE }, long],
    [{ name: DROPPED, group, marks, choice: 'dropped from training', run: DROPPED, against: padded }, long],
  ];
}
