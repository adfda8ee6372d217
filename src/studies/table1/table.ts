import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import type { ProtocolName } from '../../corpus/protocols.ts';
import type { ReadOptions } from '../../corpus/read.ts';
import { tabulate } from '../../evaluate/compare.ts';
import type { ComparedRun } from '../../evaluate/compared-runs.ts';
import type { Comparison, Difference, PairFigures, SystemFigures } from '../../evaluate/comparison.ts';
import { NOTHING_PRIMARY } from '../../evaluate/comparison-notes.ts';
import type { Primary } from '../../evaluate/primary.ts';
import { list, type Properties, type Schema, SEED } from '../../json.ts';
import type { Environment } from '../../run/run-files.ts';
import { primaryPairs, type Row } from './rows.ts';

/** `table1.json`. Figures are pooled over folds, in [0, 1]; differences in [-1, 1]. */
export interface Table1 {
  readonly corpus: string;
  /** the name of its folder, where the corpus has none of its own but its form, such as `csv` */
  readonly folder?: string;
  /** as it was read where that is not its own way */
  readonly reading?: ReadOptions;
  readonly classes: readonly string[];
  readonly utterances: number;
  readonly speakers: number;
  readonly protocol: ProtocolName;
  readonly folds: number;
  readonly seeds: readonly number[];
  /** those of them whose figures were known when the primary comparisons were named: they are in the means, and in no test */
  readonly seen: readonly number[];
  readonly command: string;
  /** where the runs were started; one entry where all were in the same place */
  readonly environments: readonly Environment[];
  /** the day on which the last run ended, ISO 8601, UTC */
  readonly date: string;
  /** the paper's rows first */
  readonly rows: readonly TableRow[];
  /** named before any run */
  readonly primary: readonly PrimaryRow[];
  /** why no primary comparison is tested; null: they are */
  readonly untested: string | null;
  /** what has been tested in this folder, by other systems or seeds too, in the order of time */
  readonly tested: readonly TestedBefore[];
  /** every two systems that have figures, by their letters, from all seeds */
  readonly pairs: readonly PairFigures[];
  /** what a reader must know of the figures */
  readonly notes: readonly string[];
}

/** Primary comparisons that were tested together. */
export interface TestedBefore {
  readonly against: readonly string[];
  /** by which it was tested */
  readonly seeds: readonly number[];
}

/** Of an earlier `table1.json` what this one must know. */
export const EARLIER: Schema<Pick<Table1, 'tested'>> = v.looseObject({
  tested: list(v.object({ against: list(v.string()), seeds: list(SEED) } satisfies Properties<TestedBefore>)),
} satisfies Properties<Pick<Table1, 'tested'>>);

/** What has been tested in a folder, with what is tested now. */
export function testedWith(
  before: readonly TestedBefore[],
  { primary, untested, seeds, seen }: Pick<Table1, 'primary' | 'untested' | 'seeds' | 'seen'>,
): readonly TestedBefore[] {
  if (untested !== null) return before;
  const now: TestedBefore = {
    against: primary.map(({ against }) => against),
    seeds: seeds.filter((seed) => !seen.includes(seed)),
  };
  return isDeepStrictEqual(before.at(-1), now) ? before : [...before, now];
}

/** Whether the paper's own figures are of the same corpus, as far as the paper tells which turns it took. */
export const isPapers = ({ corpus, reading: { turns = 'improvised', classes, labels } = {} }: Table1): boolean =>
  corpus === 'iemocap' && turns === 'improvised' && !classes && !labels;

/** One system of the table. */
export interface TableRow extends Row {
  /** asked for, or given; others of the paper's rows stand there empty */
  readonly asked: boolean;
  /** null: no run of it has ended */
  readonly figures: SystemFigures | null;
  /** seeds that are asked for and have not ended */
  readonly missing: readonly number[];
  /** seeds whose training has diverged, so that they have no figures */
  readonly diverged: readonly { readonly seed: number; readonly message: string }[];
}

/** A primary comparison: UA of one system less that of another. */
export interface PrimaryRow {
  /** the system that is subtracted */
  readonly against: string;
  readonly claimed: string;
  /** by the seeds that were not seen; null: not tested */
  readonly tested: (Pick<PairFigures, 'first' | 'second'> & { readonly ua: Difference }) | null;
}

/** What is there of a row. */
export interface RowRuns extends Pick<TableRow, 'asked' | 'missing' | 'diverged'> {
  readonly row: Row;
  /** those that have ended, by seed */
  readonly runs: readonly ComparedRun[];
}

/** Of the draws of speakers and swaps, as `compare` has it. */
const DRAWS = { seed: 1 };

/** The figures of a table, from the runs that have ended. */
export function figuresOf(
  rows: readonly RowRuns[],
  seen: readonly number[],
): Pick<Table1, 'rows' | 'primary' | 'untested' | 'pairs' | 'notes'> {
  const present = rows.filter(({ runs }) => runs.length);
  const named = pairsNamed(rows);
  const untested = whyUntested(rows, named, seen);
  const all = present.length
    ? tabulate(
        present.map(({ runs }) => runs),
        { ...DRAWS, primary: [] },
      )
    : { systems: [], pairs: [], notes: [] };
  const figures = (row: RowRuns) => all.systems[present.indexOf(row)] ?? null;
  const primary = () =>
    named.map(([against, claimed]): Primary => {
      return { first: figures(against)!.name, second: figures(claimed)!.name, figure: 'ua' };
    });
  const tested = untested === null ? tabulate(unseenOf(present, seen), { ...DRAWS, primary: primary() }) : null;
  // what is named is told in its own place, tested or not
  const notes = (tested ?? all).notes.filter((note) => !(named.length && note === NOTHING_PRIMARY));
  return {
    rows: rows.map((own) => {
      const { row, runs: _, ...state } = own;
      return { ...row, ...state, figures: figures(own) };
    }),
    primary: named.map(([against, claimed]) => ({
      ...{ against: against.row.system, claimed: claimed.row.system },
      tested: tested && pairOf(tested, figures(against)!.name, figures(claimed)!.name),
    })),
    ...{ untested, pairs: all.pairs, notes },
  };
}

/** The paper's rows that are compared, as far as the table was asked for them; what stands beside them may bear any name. */
function pairsNamed(rows: readonly RowRuns[]): [against: RowRuns, claimed: RowRuns][] {
  const asked = new Map(rows.flatMap((own) => (own.asked && own.row.paper ? [[own.row.system, own]] : [])));
  return primaryPairs([...asked.keys()]).map(([against, claimed]) => [asked.get(against)!, asked.get(claimed)!]);
}

/** Tests wait until all that is asked for is there, so that none is looked at twice; `tested` tells of those that a folder had before. */
function whyUntested(
  rows: readonly RowRuns[],
  named: readonly (readonly RowRuns[])[],
  seen: readonly number[],
): string | null {
  if (!named.length) return 'the table has none of the pairs of systems that are compared';
  const missing = rows.flatMap(({ row, missing }) => missing.map((seed) => `${row.system} with seed ${seed}`));
  if (missing.length) return `these runs have not ended: ${missing.join(', ')}`;
  const compared = rows.filter((own) => named.flat().includes(own));
  const diverged = compared.find((own) => own.diverged.length);
  if (diverged) return `training of ${diverged.row.system} has diverged`;
  const isSeen = ({ options }: ComparedRun) => options !== undefined && seen.includes(options.seed);
  if (compared.some(({ runs }) => runs.every(isSeen)))
    return 'there are figures of no seed but those that had been seen';
  return null;
}

/** The runs of each system but those of seeds that were seen; a system that has no others is not tested, and keeps them. */
const unseenOf = (present: readonly RowRuns[], seen: readonly number[]): (readonly ComparedRun[])[] =>
  present.map(({ runs }) => {
    const unseen = runs.filter(({ options }) => options === undefined || !seen.includes(options.seed));
    return unseen.length ? unseen : runs;
  });

/** The pair of a primary comparison: the claimed system stands last in the paper. */
function pairOf({ pairs }: Comparison, against: string, claimed: string): PrimaryRow['tested'] {
  const { first, second, ua } = pairs.find((pair) => pair.first === against && pair.second === claimed)!;
  return { first, second, ua };
}

/** What the figures lack, a sentence each. */
export function lacks({ rows }: Table1): string[] {
  const unfinished = rows.filter(({ figures, missing }) => figures && missing.length);
  const diverged = rows.flatMap((row) => row.diverged.map((one) => ({ ...one, system: row.system })));
  return [
    ...unfinished.map(
      ({ system, missing }) =>
        `Of ${system} not all is in these figures: ${seedText(missing)} ${missing.length === 1 ? 'has' : 'have'} not ended.`,
    ),
    ...diverged.map(({ system, seed, message }) => `No figures of ${system} with seed ${seed}: ${message}.`),
  ];
}

/** Such as `seeds 1, 2`. */
export const seedText = (seeds: readonly number[]) => `${seeds.length === 1 ? 'seed' : 'seeds'} ${seeds.join(', ')}`;
