import { compareSystems } from '../../src/evaluate/compare.ts';
import { readComparedRun } from '../../src/evaluate/compared-runs.ts';
import type { Pooling } from '../../src/model/cnn/architecture.ts';
import { inPercent } from '../../src/percent.ts';
import { readJson, readLog, runPaths } from '../../src/run/run-folder.ts';
import { RUN_CONFIG } from '../../src/run/run-schemas.ts';
import { metricsOf } from '../../src/statistics/metrics.ts';
import { differenceCells, figure, notes, ranges } from '../../src/studies/table1/cells.ts';
import { commandOf, emodbRun, OTHER_RUNS, RUNS, SYSTEMS } from './runs.ts';

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

/** `results/poolings/README.md`, from the runs. */
export async function poolingsPage(): Promise<string> {
  return `${[HEAD, await emodb(), await others(), await commands()].join('\n\n')}\n`;
}

const HEAD = `# Global average, bilinear and attention pooling, seed 1

Written by \`npm run build && npx tsx recipes/poolings.ts\` ([recipes/poolings.ts](../../recipes/poolings.ts)); every figure follows from a \`predictions.csv\` below \`results/\`.
All in percent, pooled over folds. In brackets 95 % intervals over speakers: percentile bootstrap, too narrow where speakers are few, then jackknife-t
([docs/decisions/comparisons.md](../../docs/decisions/comparisons.md)). No choice is made on test speakers.

These are our first runs, of one seed each; networks on EmoDB hear each segment with its mean left in (\`--offset keep\`).
What compares systems is [Table 1 whole](../table1), with three seeds of each and the mean taken out.`;

async function emodb(): Promise<string> {
  const rows = [
    ...SYSTEMS.map((pooling) => ({ name: `${pooling} pooling`, paper: PAPER[pooling], run: emodbRun(pooling).out })),
    ...PEERS.map((run) => ({ name: `openSMILE ${run.split('/').at(-1)}, SVM`, paper: ['', ''], run })),
  ];
  const runs = await Promise.all(rows.map(({ run }) => readComparedRun(run)));
  const comparison = compareSystems(
    runs.map((run) => [run]),
    { seed: 1, primary: [] },
  );
  const systems = comparison.systems.map(({ name, wa, ua }, i) => {
    const row = rows[i]!;
    return `| ${[name, row.name, figure(wa), figure(ua), ...row.paper].join(' | ')} |`;
  });
  const differences = comparison.pairs.map(
    ({ first, second, wa, ua }) => `| ${second} − ${first} | ${differenceCells(wa)} | ${differenceCells(ua)} |`,
  );
  return `## EmoDB, one speaker left out at a time

${comparison.utterances} utterances of ${comparison.speakers} speakers, neutral, happy, angry and sad; 50 epochs. The last two columns are the paper's own figures, **for another corpus**, the improvised turns of IEMOCAP: they cannot be compared with the others, only their order can.

| | system | WA | UA | paper, IEMOCAP: WA | UA |
|---|---|---|---|---|---|
${systems.join('\n')}

openSMILE's rows are peers on the very same utterances and folds: functionals of each utterance, standardised on training speakers, a linear SVM whose C was chosen by inner folds of the training speakers
([results/opensmile](../opensmile)). They have no seed.

### All differences, descriptive

The second system less the first, in points. One seed cannot tell systems apart, so nothing here is tested.

| | WA | UA |
|---|---|---|
${differences.join('\n')}

${notes(comparison)}`;
}

/** RAVDESS and the tests between corpora. */
async function others(): Promise<string> {
  const rows = await Promise.all(
    OTHER_RUNS.map(async ({ out, options }) => {
      const name = out.split('/').at(-1)!;
      const how = options.includes('--test-on')
        ? 'trained on the one, tested on the other'
        : '4 folds of whole speakers';
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

async function commands(): Promise<string> {
  const rows = await Promise.all(
    RUNS.map(async (run) => {
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
