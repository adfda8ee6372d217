import { existsSync } from 'node:fs';
import { compareSystems } from '../../src/evaluate/compare.ts';
import { readComparedRun } from '../../src/evaluate/compared-runs.ts';
import type { SystemFigures } from '../../src/evaluate/comparison.ts';
import type { Pooling } from '../../src/model/cnn/architecture.ts';
import { inPercent } from '../../src/percent.ts';
import { readJson, readLog, runPaths } from '../../src/run/run-folder.ts';
import { RUN_CONFIG } from '../../src/run/run-schemas.ts';
import { metricsOf } from '../../src/statistics/metrics.ts';
import { differenceCells, figure, notes, ranges } from '../../src/studies/table1/cells.ts';
import { primarySection, type System } from './primary.ts';
import { commandOf, emodbRun, OTHER_RUNS, SYSTEMS, tableRuns } from './runs.ts';

/** Table 1 of the paper, on IEMOCAP's improvised turns: WA and UA in percent. */
const PAPER: Readonly<Record<Pooling, readonly [number, number]>> = {
  gap: [71.35, 67.54],
  bilinear: [69.17, 64.16],
  attention: [71.75, 68.06],
};

/** openSMILE's functionals with a linear SVM on the same utterances and folds, by `bench/peers/opensmile_svm.py`. */
const PEERS = ['compare2016-unweighted', 'compare2016-balanced', 'egemaps-unweighted', 'egemaps-balanced'].map(
  (name) => `results/opensmile/${name}`,
);

const finished = (run: string) => existsSync(runPaths(run).predictions);

/** `results/table1.md`, from the runs that are finished. */
export async function tablePage(seeds: readonly number[]): Promise<string> {
  const ours = SYSTEMS.map((pooling) => ({
    name: `${pooling} pooling`,
    paper: PAPER[pooling],
    runs: seeds.map((seed) => emodbRun(pooling, seed).out),
  }));
  const peers = PEERS.map((run) => ({
    name: `openSMILE ${run.split('/').at(-1)}, SVM`,
    paper: undefined,
    runs: [run],
  }));
  const systems = await Promise.all(
    [...ours, ...peers]
      .map(({ runs, ...system }) => ({ ...system, runs: runs.filter(finished) }))
      .filter(({ runs }) => runs.length)
      .map(async ({ runs, ...system }) => ({ ...system, runs: await Promise.all(runs.map(readComparedRun)) })),
  );
  const missing = [...ours, ...peers].flatMap(({ runs }) => runs.filter((run) => !finished(run)));
  return `${[HEAD, await emodb(systems, seeds, missing), await others(), await commands(seeds)].join('\n\n')}\n`;
}

const HEAD = `# Table 1: global average, bilinear and attention pooling

Written by \`npm run build && npx tsx recipes/table1.ts\` ([recipes/table1.ts](../recipes/table1.ts)); every figure follows from a \`predictions.csv\` below \`results/\`.
All in percent, pooled over folds. In brackets 95 % intervals over speakers: percentile bootstrap, too narrow where speakers are few, then jackknife-t
([docs/decisions/comparisons.md](../docs/decisions/comparisons.md)). No choice is made on test speakers.`;

async function emodb(
  systems: readonly System[],
  seeds: readonly number[],
  missing: readonly string[],
): Promise<string> {
  if (systems.length < 2) return '## EmoDB\n\nToo few runs are finished.';
  const comparison = compareSystems(
    systems.map(({ runs }) => runs),
    { seed: 1, primary: [] },
  );
  const descriptive = comparison.pairs.map(
    ({ first, second, wa, ua }) => `| ${second} − ${first} | ${differenceCells(wa)} | ${differenceCells(ua)} |`,
  );
  return `## EmoDB, one speaker left out at a time

${comparison.utterances} utterances of ${comparison.speakers} speakers, neutral, happy, angry and sad; 50 epochs. The last two columns are the paper's own figures, **for another corpus**, the improvised turns of IEMOCAP: they cannot be compared with the others, only their order can.

| | system | ${seeds.map((seed) => `seed ${seed}, WA / UA`).join(' | ')} | WA | UA | paper, IEMOCAP: WA | UA |
|---|---|${seeds.map(() => '---|').join('')}---|---|---|---|
${systems.map((system, i) => systemRow(system, comparison.systems[i]!, seeds)).join('\n')}

openSMILE's rows are peers on the very same utterances and folds: functionals of each utterance, standardised on training speakers, a linear SVM whose C was chosen by inner folds of the training speakers
([results/opensmile](opensmile)). They have no seed.

### Primary comparisons

${primarySection(systems, seeds)}

### All differences, descriptive

The second system less the first, in points. Seed 1 is in them, so nothing here is tested.

| | WA | UA |
|---|---|---|
${descriptive.join('\n')}

${notes(comparison)}${missing.length ? `\n\nNot run yet: ${missing.map((run) => `\`${run}\``).join(', ')}.` : ''}`;
}

function systemRow({ name, paper, runs }: System, figures: SystemFigures, seeds: readonly number[]): string {
  const peer = !paper;
  const bySeed = seeds.map((seed, i) => {
    const at = runs.findIndex(({ options }) => (peer ? i === 0 : options?.seed === seed));
    if (peer) return i === 0 ? `${inPercent(figures.runs[0]!.wa)} / ${inPercent(figures.runs[0]!.ua)}` : '';
    return at < 0 ? 'not run yet' : `${inPercent(figures.runs[at]!.wa)} / ${inPercent(figures.runs[at]!.ua)}`;
  });
  const cells = [...bySeed, figure(figures.wa), figure(figures.ua), ...(paper ?? ['', '']).map(String)];
  return `| ${figures.name} | ${name} | ${cells.join(' | ')} |`;
}

/** RAVDESS and the tests between corpora. */
async function others(): Promise<string> {
  const rows = await Promise.all(
    OTHER_RUNS.map(async ({ out, options }) => {
      const name = out.split('/').at(-1)!;
      const how = options.includes('--test-on')
        ? 'trained on the one, tested on the other'
        : '4 folds of whole speakers';
      if (!finished(out)) return `| ${name} | ${how} | not run yet | | | |`;
      const { predictions, options: made } = await readComparedRun(out);
      const metrics = metricsOf(predictions, { seed: made!.seed });
      const { jackknife, ...bootstrap } = metrics.intervals;
      const cell = (key: 'wa' | 'ua' | 'macroF1') =>
        `${inPercent(metrics[key])}${ranges([bootstrap[key], jackknife![key]])}`;
      return `| ${name} | ${how} | ${cell('wa')} | ${cell('ua')} | ${cell('macroF1')} | ${metrics.utterances} / ${metrics.speakers} |`;
    }),
  );
  return `## Other corpora: attention pooling, 50 epochs, seed 1

| | | WA | UA | macro-F1 | utterances / speakers tested |
|---|---|---|---|---|---|
${rows.join('\n')}

Always answering one class gives a UA of 25.0. RAVDESS's licence is non-commercial: the weights that were trained on it are not kept here.`;
}

async function commands(seeds: readonly number[]): Promise<string> {
  const rows = await Promise.all(
    tableRuns(seeds).map(async (run) => {
      const config = await readJson(runPaths(run.out).config, RUN_CONFIG);
      const end = (await readLog(run.out)).findLast(({ event }) => event === 'end');
      const { runtime, node, processor } = config?.environment ?? {};
      const when = config && end ? `${end.time.slice(0, 10)}, ${processor}, ${runtime}, Node ${node}` : 'not run yet';
      return `| \`${commandOf(run)}\` | ${when} |`;
    }),
  );
  return `## Commands

| | |
|---|---|
${rows.join('\n')}`;
}
