// How a recording that is too short for a segment is filled before it is scored: what each way makes of EmoDB cut short, and which one is chosen.
//
//   npm run build && npx tsx recipes/short-recordings.ts choose    EmoDB, by networks that never heard the speaker; IN_USE of default-weights-runs.ts follows
//   npm run build && npx tsx recipes/short-recordings.ts others    RAVDESS and nEMO with the default weights, only once the choice is final
//
// Stopped and started again it goes on, with what lies in runs/short-recordings. Folders of recordings come from ATTUNE_CORPORA.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { machine } from '../bench/machine.ts';
import { readCorpus } from '../src/corpus/read.ts';
import { readCheckpoint } from '../src/model/checkpoint.ts';
import { readJson, runPaths, writeJson } from '../src/run/run-folder.ts';
import { MANIFEST } from '../src/run/run-schemas.ts';
import { CORPORA, IN_USE, OUT_OF_FOLD, WEIGHTS } from './shared/default-weights-runs.ts';
import { scored } from './shared/scores.ts';
import { byCut, choose } from './short-recordings/figures.ts';
import { FILLS, type Fill } from './short-recordings/fills.ts';
import { OTHERS, RESULTS, type ShortOthers, type ShortRuns, writeShortPage } from './short-recordings/page.ts';
import { type ShortScore, scoreShort } from './short-recordings/scores.ts';

const STATE = 'runs/short-recordings';
/** The recipe of the default weights, whose choice counts, and the paper's, for comparison. */
const RUNS = [OUT_OF_FOLD, 'results/emodb-attention'];

const corpora = process.env.ATTUNE_CORPORA;
if (!corpora) throw new Error('expected the folder that holds emodb, ravdess and nemo in ATTUNE_CORPORA');
const made = machine(1);

/** By the network of each fold, the speakers that it never heard. */
async function outOfFold(run: string): Promise<ShortScore[]> {
  const { recordings } = (await readJson(runPaths(run).manifest, MANIFEST))!;
  const fills = Object.keys(FILLS) as Fill[];
  const scores: ShortScore[] = [];
  for (const fold of new Set(recordings.map((recording) => recording.fold!))) {
    const own = recordings.filter((recording) => recording.fold === fold);
    const state = join(STATE, run.replaceAll('/', '-'), `${fold}.json`);
    const options = { directory: join(corpora!, 'emodb'), fills, state };
    scores.push(...(await scoreShort(runPaths(run).checkpoint(fold), own, options)));
  }
  return scores;
}

async function chooseFill(): Promise<void> {
  const { temperature = 1 } = readCheckpoint(await readFile(WEIGHTS), WEIGHTS);
  const runs: ShortRuns['runs'][number][] = [];
  for (const run of RUNS) {
    const own = run === OUT_OF_FOLD ? temperature : 1;
    const recorded = await scored(run, join(corpora!, 'emodb'), 'clean', run === OUT_OF_FOLD ? IN_USE : {});
    runs.push({ run, temperature: own, ...choose(await outOfFold(run), recorded, own) });
  }
  await writeJson(`${RESULTS}/figures.json`, { made, runs } satisfies ShortRuns);
}

async function scoreOthers(): Promise<void> {
  const { temperature = 1 } = readCheckpoint(await readFile(WEIGHTS), WEIGHTS);
  const results: ShortOthers['corpora'][number][] = [];
  for (const { name, path } of CORPORA) {
    const { directory, utterances } = await readCorpus(join(corpora!, path));
    const recordings = utterances.map(({ id, ...rest }) => ({ ...rest, utterance: id }));
    const options = { directory, fills: ['pad', 'repeat'] as const, state: join(STATE, `${name}.json`) };
    const scores = await scoreShort(WEIGHTS, recordings, options);
    const filled = (fill: Fill) =>
      byCut(
        scores.filter((score) => score.fill === fill),
        temperature,
      );
    results.push({ name, fills: { pad: filled('pad'), repeat: filled('repeat') } });
  }
  await writeJson(OTHERS, { made, corpora: results } satisfies ShortOthers);
}

const stages: Readonly<Record<string, () => Promise<void>>> = { choose: chooseFill, others: scoreOthers };
const stage = stages[process.argv[2] ?? ''];
if (!stage) throw new Error(`expected one of ${Object.keys(stages).join(', ')}, got ${process.argv[2] ?? 'nothing'}`);
await stage();
await writeShortPage();
