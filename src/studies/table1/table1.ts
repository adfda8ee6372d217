import { mkdir, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { classesOf } from '../../corpus/classes.ts';
import { few } from '../../corpus/findings.ts';
import { folderName } from '../../corpus/own-folder.ts';
import { isLayout } from '../../corpus/parts.ts';
import { foldsOf } from '../../corpus/protocols.ts';
import type { Corpus } from '../../corpus/utterance.ts';
import { AttuneError } from '../../errors.ts';
import { checkOptions } from '../../evaluate/check-options.ts';
import { type ComparedRun, readSystems } from '../../evaluate/compared-runs.ts';
import { checkFolds } from '../../evaluate/systems.ts';
import { cannotWrite, writeWhole } from '../../files.ts';
import type { Executor } from '../../jobs/executor.ts';
import type { RunListener } from '../../run/events.ts';
import type { RunOptions } from '../../run/run-files.ts';
import { readIfThere, readJson, refuseToReplace, runPaths, writeJson } from '../../run/run-folder.ts';
import { refuseAsStudy, runStudy } from '../study.ts';
import { nameOf } from './predictions.ts';
import { rowsOf } from './rows.ts';
import { type EndedRun, readEndedRun, refuseOtherCorpus, type TableRun, takeRuns } from './runs.ts';
import { EARLIER, figuresOf, type RowRuns, type Table1, type TestedBefore, testedWith } from './table.ts';

const EARLIER_REMEDY = 'Put back a good copy, or delete it to write it anew.';

export interface Table1Options {
  readonly corpus: Corpus;
  /** holds a run folder a system and seed, such as `gap-pooling-1`; an unfinished table there goes on */
  readonly out: string;
  /** names of the systems to run, at least one */
  readonly systems: readonly string[];
  /** at least one, each once */
  readonly seeds: readonly number[];
  /** those whose figures were known before the comparisons were named, which no test is made of; default: none */
  readonly seen?: readonly number[];
  /** the options of a system's run; all have the same protocol and way of reading */
  readonly optionsOf: (system: string, seed: number) => RunOptions;
  /** systems that were made elsewhere, to stand below the line: their title, and run folders parted by commas */
  readonly beside?: readonly Beside[];
  /** finished runs of these systems and seeds that lie elsewhere */
  readonly take?: readonly string[];
  /** the command that asks for this table, written beside its figures */
  readonly command: string;
  readonly jobs: number;
  readonly cache: string;
  /** where folds are trained; absent: on this machine, `jobs` at a time */
  readonly executor?: Executor;
  /** told of each run when it begins, and as it goes */
  readonly onEvent?: RunListener;
  /** stops the run that is under way */
  readonly signal?: AbortSignal;
}

/** A system that was made elsewhere. */
export interface Beside {
  readonly title: string;
  /** run folders, or a peer's, parted by commas */
  readonly runs: string;
}

/**
 * Table 1 of the paper on any corpus: cross-validates each system with each seed, one run after the other, in folders of their own, and
 * compares them. What has ended is kept as it is. Writes `table1.json` and `table1.md` into `out` after each run, from all that have ended;
 * training that diverges is a result too. Where a run fails the others go on. Stopped and started again it goes on.
 *
 * @returns what was written last, and the folders of its runs
 * @throws AttuneError `usage` where a run was started with other options, or one to take is none that the table wants; `run` where what stands
 *   beside was scored on other utterances, or where runs failed, after all others; and as `crossValidate` does
 */
export async function table1(given: Table1Options): Promise<{ table: Table1; runs: readonly TableRun[] }> {
  const { corpus, out } = given;
  refuseOtherSeeds(given);
  await refuseAsStudy(out, corpus);
  await refuseToReplace(join(out, 'table1.json'), [join(out, 'table1.md')]);
  const wanted = await takeRuns(runsOf(given), given.take ?? [], corpus);
  const beside = await readBeside(given);
  const before = (await readJson(join(out, 'table1.json'), EARLIER, EARLIER_REMEDY))?.tested ?? [];
  const ended = new Map<TableRun, EndedRun>();
  const look = async (one: TableRun) => {
    const found = await readEndedRun(one, corpus);
    if (found) ended.set(one, found);
  };
  for (const one of wanted) {
    refuseImpossible(one, corpus); // what the table cannot take is refused before anything is trained
    await look(one);
  }
  await mkdir(out, { recursive: true }).catch((cause) => Promise.reject(cannotWrite(out, cause)));
  const left = wanted.filter((one) => !ended.has(one));
  let table = left.length === wanted.length ? undefined : await write(given, wanted, ended, { beside, before });
  const { jobs, cache, executor, onEvent, signal } = given;
  const variants = left.map((one) => {
    const { system, seed, options, run } = one;
    const number = wanted.indexOf(one) + 1;
    return { name: basename(run), title: `${system}, seed ${seed}`, corpus, options, number };
  });
  const others = await othersIn(given, wanted);
  if (others.length) {
    const text = `warning: ${out} holds ${few(others)} too, which this table leaves out`;
    onEvent?.({ event: 'warning', text });
  }
  await runStudy({
    ...{ out, variants, inAll: wanted.length, mayDiverge: true, jobs, cache, executor, onEvent, signal },
    async onRunEnd({ name }) {
      await look(left.find(({ run }) => basename(run) === name)!);
      if (ended.size) table = await write(given, wanted, ended, { beside, before });
    },
  });
  return { table: table!, runs: wanted };
}

function refuseImpossible({ system, options }: TableRun, corpus: Corpus): void {
  try {
    checkOptions(options);
    checkFolds(options, foldsIn(corpus, options));
  } catch (error) {
    if (!(error instanceof AttuneError)) throw error;
    const { code, message } = error;
    throw new AttuneError(code, `${system} cannot be run here: ${message}; or leave it out`, {
      cause: error,
    });
  }
}

const foldsIn = (corpus: Corpus, { protocol, folds, seed }: RunOptions) =>
  foldsOf(corpus, { protocol, seed, ...(folds !== undefined && { folds }) });

/** Runs in the folder that the table was not asked for, such as those of an earlier command. */
async function othersIn({ out }: Table1Options, wanted: readonly TableRun[]): Promise<string[]> {
  const asked = new Set(wanted.map(nameOf));
  const names = await readdir(out).catch((): string[] => []);
  const runs = await Promise.all(names.map((name) => readIfThere(runPaths(join(out, name)).config).catch(() => null)));
  return names.filter((name, i) => runs[i] && !asked.has(name)).sort();
}

/** In the order in which they are worth having: one seed of each system, then the next. */
const runsOf = ({ out, systems, seeds, optionsOf }: Table1Options): TableRun[] =>
  seeds.flatMap((seed) =>
    systems.map((system) => ({
      ...{ system, seed, options: optionsOf(system, seed), run: join(out, nameOf({ system, seed })) },
    })),
  );

function refuseOtherSeeds({ seeds, seen = [] }: Table1Options): void {
  const twice = seeds.find((seed, i) => seeds.indexOf(seed) < i);
  if (twice !== undefined) throw new AttuneError('usage', `seed ${twice} is given twice: give each seed once`);
  const stray = seen.find((seed) => !seeds.includes(seed));
  if (stray !== undefined)
    throw new AttuneError('usage', `seed ${stray} is told to have been seen, but is none of ${seeds.join(', ')}`);
}

/** @throws AttuneError `run` where one was not scored on the utterances of the corpus */
async function readBeside({ corpus, beside = [] }: Table1Options): Promise<RowRuns[]> {
  const systems = await readSystems(beside.map(({ runs }) => runs));
  for (const run of systems.flat()) refuseOtherCorpus(run, corpus);
  return beside.map(({ title, runs }, i) => ({
    ...{ row: { system: runs, title, paper: null }, asked: true, runs: systems[i]!, missing: [], diverged: [] },
  }));
}

async function write(
  given: Table1Options,
  wanted: readonly TableRun[],
  ended: ReadonlyMap<TableRun, EndedRun>,
  { beside, before }: { readonly beside: readonly RowRuns[]; readonly before: readonly TestedBefore[] },
): Promise<Table1> {
  const { corpus, out, systems, seeds, seen = [], command } = given;
  const ours = rowsOf(systems).map((row): RowRuns => {
    const own = wanted.filter(({ system }) => system === row.system);
    const runs = own.flatMap((one): ComparedRun[] => [ended.get(one)?.compared ?? []].flat());
    const missing = own.flatMap((one) => (ended.has(one) ? [] : [one.seed]));
    const diverged = own.flatMap((one) => {
      const message = ended.get(one)?.diverged;
      return message === undefined ? [] : [{ seed: one.seed, message }];
    });
    return { row, asked: systems.includes(row.system), runs, missing, diverged };
  });
  const { protocol, reading } = wanted[0]!.options;
  const all = [...ended.values()];
  const environments = new Map(all.map(({ environment }) => [JSON.stringify(environment), environment]));
  const figures = figuresOf([...ours, ...beside], seen);
  const table: Table1 = {
    corpus: corpus.name,
    ...(isLayout(corpus.name) && { folder: folderName(corpus.directory) }),
    ...{ ...(reading && { reading }), classes: classesOf(corpus) },
    utterances: corpus.utterances.length,
    speakers: new Set(corpus.utterances.map(({ speaker }) => speaker)).size,
    ...{ protocol, folds: foldsIn(corpus, wanted[0]!.options).length },
    ...{ seeds, seen, command, environments: [...environments.values()] },
    date: all
      .map(({ time }) => time.slice(0, 10))
      .sort()
      .at(-1)!,
    ...figures,
    tested: testedWith(before, { ...figures, seeds, seen }),
  };
  const { table1Page } = await import('./page.ts');
  await writeJson(join(out, 'table1.json'), table);
  await writeWhole(join(out, 'table1.md'), table1Page(table));
  return table;
}
