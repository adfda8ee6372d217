import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Corpus } from '../../corpus/utterance.ts';
import { AttuneError } from '../../errors.ts';
import { SEGMENT_SECONDS } from '../../features/segments.ts';
import { cannotWrite, writeWhole } from '../../files.ts';
import type { Executor } from '../../jobs/executor.ts';
import type { RunListener } from '../../run/events.ts';
import type { Environment } from '../../run/run-files.ts';
import { refuseToReplace, writeJson } from '../../run/run-folder.ts';
import { intervalNote } from '../../statistics/bootstrap.ts';
import { writeReadmeSection } from '../readme-section.ts';
import { refuseAsStudy, runStudy } from '../study.ts';
import { type Contrast, type GapRow, gapContrasts, gapRows } from './rows.ts';
import { type Ended, readEnded } from './runs.ts';
import { type GapSettings, type GapVariant, gapVariants } from './variants.ts';

export interface GapOptions {
  readonly corpus: Corpus;
  /** holds a run folder a variant; an unfinished study there goes on */
  readonly out: string;
  readonly settings: GapSettings;
  /** names of the variants to run; default: all */
  readonly only?: readonly string[];
  /** the command that asks for the whole study, written beside its figures */
  readonly command: string;
  readonly jobs: number;
  readonly cache: string;
  /** where folds are trained; absent: on this machine, `jobs` at a time */
  readonly executor?: Executor;
  /** told of each variant when it begins, and as it goes */
  readonly onEvent?: RunListener;
  /** stops the variant that is under way */
  readonly signal?: AbortSignal;
}

/** `gap.json`. */
export interface Gap {
  readonly corpus: string;
  readonly utterances: number;
  readonly speakers: number;
  /** utterances shorter than a segment */
  readonly short: number;
  /** with `--only` where not all variants were asked for */
  readonly command: string;
  readonly settings: GapSettings;
  /** what all networks were trained with */
  readonly schedule: GapVariant['options']['schedule'];
  /** where the runs were started; one entry where all were in the same place */
  readonly environments: readonly Environment[];
  /** the day on which the last fold was done, ISO 8601, UTC */
  readonly date: string;
  /** what the intervals are, or why there are none */
  readonly intervals: string;
  readonly rows: readonly GapRow[];
  readonly contrasts: readonly Contrast[];
  /** run folders whose training has diverged, so that their rows have no figures */
  readonly diverged: readonly { readonly run: string; readonly message: string }[];
}

/**
 * What the choices are worth that papers leave open: cross-validates the same network under several protocols, then with one choice at a time
 * made otherwise. Writes `gap.json`, `gap.csv`, `gap.svg` and a section of `README.md` into `out` after each variant, from all that are
 * done; training that diverges is a result too. Stopped and started again it goes on.
 *
 * @returns what was written last
 * @throws AttuneError `usage` where `only` names no variant, or a variant was run with other options; and as `crossValidate` does
 */
export async function gap(given: GapOptions): Promise<Gap> {
  const { corpus, out, settings, only, jobs, cache, executor, onEvent, signal } = given;
  await refuseAsStudy(out, corpus);
  await refuseToReplace(join(out, 'gap.json'), [join(out, 'gap.csv'), join(out, 'gap.svg')]);
  const variants = gapVariants(corpus, settings);
  const chosen = choose(variants, only);
  await mkdir(out, { recursive: true }).catch((cause) => Promise.reject(cannotWrite(out, cause)));
  let ended = await readEnded(out, corpus, variants); // what the table cannot take is refused before anything is trained
  let result: Gap | undefined;
  const write = async () => {
    ended = await readEnded(out, corpus, variants);
    if (!ended.size) return;
    result = gapOf(given, variants, ended);
    await writeGap(out, result);
  };
  const left = chosen.flatMap(({ name, options }, i) =>
    ended.get(name)?.diverged ? [] : [{ name, corpus, options, number: i + 1 }],
  );
  const study = { out, variants: left, inAll: chosen.length, mayDiverge: true, onRunEnd: write };
  await runStudy({ ...study, jobs, cache, executor, onEvent, signal });
  if (!result) await write(); // all had diverged before
  return result!;
}

function choose(variants: readonly GapVariant[], only: readonly string[] | undefined): readonly GapVariant[] {
  if (!only) return variants;
  const names = variants.map(({ name }) => name);
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined || !only.length)
    throw new AttuneError(
      'usage',
      `expected some of the variants ${names.join(', ')}, got ${unknown === undefined ? 'none' : `"${unknown}"`}`,
    );
  return variants.filter(({ name }) => only.includes(name));
}

function gapOf(
  { corpus, settings, only, command }: GapOptions,
  variants: readonly GapVariant[],
  ended: ReadonlyMap<string, Ended>,
): Gap {
  const all = [...ended.values()];
  const environments = new Map(all.map(({ environment }) => [JSON.stringify(environment), environment]));
  const { recordings } = all[0]!.manifest;
  const speakers = new Set(recordings.map(({ speaker }) => speaker)).size;
  const runs = new Map([...ended].flatMap(([name, { run }]) => (run ? [[name, run] as const] : [])));
  const rows = gapRows(variants, runs, settings.seed);
  const names = variants.map(({ name }) => name).filter((name) => !only || only.includes(name) || ended.has(name));
  const some = names.length < variants.length ? ` --only ${names.join(',')}` : '';
  return {
    ...{ corpus: corpus.name, utterances: recordings.length, speakers },
    short: recordings.filter(({ durationSeconds }) => durationSeconds < SEGMENT_SECONDS).length,
    ...{ command: `${command}${some}`, settings, schedule: variants[0]!.options.schedule },
    environments: [...environments.values()],
    date: all
      .map(({ time }) => time)
      .sort()
      .at(-1)!
      .slice(0, 10),
    intervals: intervalNote(
      speakers,
      rows.some(({ result }) => result?.intervals.wa),
    ),
    rows,
    contrasts: gapContrasts(variants, runs, settings.seed),
    diverged: [...ended].flatMap(([run, { diverged }]) => (diverged ? [{ run, message: diverged.message }] : [])),
  };
}

async function writeGap(out: string, result: Gap): Promise<void> {
  const { gapPlot } = await import('./plot.ts'); // takes as long to load as all else
  const { gapCsv, gapMarkdown } = await import('./report.ts');
  await writeJson(join(out, 'gap.json'), result);
  await writeWhole(join(out, 'gap.csv'), gapCsv(result));
  await writeWhole(join(out, 'gap.svg'), gapPlot(result));
  await writeReadmeSection(out, 'gap', `What the gaps cost, on ${result.corpus}`, gapMarkdown(result));
}
