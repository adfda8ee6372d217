import { classesOf } from '../../corpus/classes.ts';
import { withOneSpelling } from '../../evaluate/same-utterances.ts';
import { type Accuracies, accuraciesOf, type Hits, hitsOf, less } from '../../statistics/hits.ts';
import { jackknifeAccuracies } from '../../statistics/jackknife.ts';
import { type AccuracyIntervals, pairedBootstrap } from '../../statistics/paired-bootstrap.ts';
import type { Prediction } from '../../statistics/prediction.ts';
import type { ChosenEpochs } from './epochs.ts';
import { type GapRun, ofAll, ofEachFold, type Source, sourceRows } from './sources.ts';
import { type GapVariant, LEAKING } from './variants.ts';

/** One choice; figures are pooled over folds, each in [0, 1]. */
export interface GapRow extends Omit<Source, 'against'> {
  /** null: not run yet, or diverged */
  readonly result: GapResult | null;
}

export interface GapResult extends Accuracies {
  /** by bootstrap over speakers */
  readonly intervals: AccuracyIntervals;
  /** jackknife-t over speakers */
  readonly jackknife: AccuracyIntervals;
  readonly folds: number;
  /** the number of utterances that are scored */
  readonly utterances: number;
  /** their share of the corpus */
  readonly coverage: number;
  /** null for the row that others are compared with, and where that is not run yet */
  readonly difference: Difference | null;
  /** those chosen on test data */
  readonly epochs?: ChosenEpochs['epochs'];
}

/** Figures less those of another row on the same utterances. */
export interface Difference extends Accuracies {
  /** name of the other row */
  readonly against: string;
  /** by bootstrap, the same speakers drawn for both */
  readonly intervals: AccuracyIntervals;
  /** jackknife-t, the same speaker left out of both */
  readonly jackknife: AccuracyIntervals;
}

/** A difference beside those in the rows: what is won or lost by `row` in place of `against`. */
export interface Contrast extends Difference {
  readonly row: string;
}

/** The table: a row a choice, those that are not run yet without figures. */
export function gapRows(variants: readonly GapVariant[], runs: ReadonlyMap<string, GapRun>, seed: number): GapRow[] {
  const rows = sourceRows(variants, runs);
  const classes = classesOf(variants[0]!.options);
  return [...rows.values()].map(({ source: { against, ...row }, scored }) => {
    if (!scored) return { ...row, result: null };
    const { predictions, epochs } = scored;
    const { supports, hits } = hitsOf(predictions, classes);
    const reference = against === undefined ? undefined : rows.get(against)?.scored;
    const result: GapResult = {
      ...pooled(predictions, classes),
      intervals: pairedBootstrap([hits], supports, { seed }).systems[0]!,
      jackknife: jackknifeAccuracies(hits, supports, 0),
      folds: new Set(predictions.map(({ fold }) => fold)).size,
      utterances: predictions.length,
      coverage: predictions.length / runs.get(row.run)!.predictions.length,
      difference: reference
        ? differenceOf({ name: against!, ...reference, classes }, { name: row.name, predictions, classes }, seed)
        : null,
      ...(epochs && { epochs }),
    };
    return { ...row, result };
  });
}

/**
 * What differences to the baseline leave open: what a leak is worth beside the protocol of the paper, what the choice of an epoch
 * is worth beside the last epoch of the same networks, and both together. Those that are not run yet are left out.
 */
export function gapContrasts(
  variants: readonly GapVariant[],
  runs: ReadonlyMap<string, GapRun>,
  seed: number,
): Contrast[] {
  const [leaking, honest] = [LEAKING, 'leave-one-speaker-out'];
  const protocols = variants.filter(({ group }) => group === 'protocol').map(({ name }) => name);
  const pairs: [row: string, against: string][] = [
    ...[leaking, ofEachFold(leaking), ofAll(leaking)].map((row): [string, string] => [row, honest]),
    ...protocols.flatMap((name) => [ofEachFold(name), ofAll(name)].map((row): [string, string] => [row, name])),
  ];
  const rows = sourceRows(variants, runs);
  const classes = classesOf(variants[0]!.options);
  return pairs.flatMap(([row, against]) => {
    const [to, from] = [rows.get(row)?.scored, rows.get(against)?.scored];
    if (!to || !from) return [];
    return [{ row, ...differenceOf({ name: against, ...from, classes }, { name: row, ...to, classes }, seed) }];
  });
}

interface Named {
  readonly name: string;
  readonly classes: readonly string[];
  readonly predictions: readonly Prediction[];
}

/** @throws AttuneError `run` where the two were not scored on the same utterances */
function differenceOf(from: Named, to: Named, seed: number): Difference {
  const systems = withOneSpelling([[{ run: from.name, ...from }], [{ run: to.name, ...to }]]);
  const [before, after] = systems.flat().map(({ predictions }) => hitsOf(predictions, from.classes)) as [Hits, Hits];
  const [a, b] = [pooled(from.predictions, from.classes), pooled(to.predictions, from.classes)];
  return {
    ...{ against: from.name, wa: b.wa - a.wa, ua: b.ua - a.ua },
    intervals: pairedBootstrap([before.hits, after.hits], before.supports, { seed }).difference(0, 1),
    jackknife: jackknifeAccuracies(less(after.hits, before.hits), before.supports, -1),
  };
}

function pooled(predictions: readonly Prediction[], classes: readonly string[]): Accuracies {
  const { hits, supports } = hitsOf(predictions, classes);
  return accuraciesOf(hits, supports, [...supports.keys()]);
}
