// How faithful attention maps are: deletion and insertion curves of each network of results/emodb-attention on the speaker it never heard.
//
//   ATTUNE_CORPORA=path/to/corpora npx tsx recipes/faithfulness.ts [--per-speaker N] [--page]
//
// Stopped and started again it goes on, with what lies in runs/faithfulness. With --page it only writes results/explain anew.
import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gridOf } from '../src/explain/grid.ts';
import { writeWhole } from '../src/files.ts';
import { runtimeVersion } from '../src/graph/session.ts';
import { createNetwork } from '../src/model/architecture.ts';
import { Random } from '../src/random.ts';
import { readJson, runPaths } from '../src/run/run-folder.ts';
import { MANIFEST } from '../src/run/run-schemas.ts';
import { areaUnder, openNetwork } from '../src/studies/faithfulness/curves.ts';
import { faithfulnessPlot } from '../src/studies/faithfulness/plot.ts';
import { donorOf, FILLS, ORDERS, studySubject } from '../src/studies/faithfulness/study.ts';
import { summarize } from '../src/studies/faithfulness/summary.ts';
import { writeReadmeSection } from '../src/studies/readme-section.ts';
import { checkpointOf, spectraOf, subjectsOf, trainingMeans } from './faithfulness/data.ts';
import { faithfulnessPage, type Made, type Studied } from './faithfulness/page.ts';
import { keptJson } from './shared/kept-json.ts';

const ALL = 1000;
const OUT = 'results/explain';
const RUN = 'results/emodb-attention';
const SEED = 1;
const STEPS = 20;
const STATE = `runs/faithfulness/seed-${SEED}-steps-${STEPS}`;
const MADE = join(STATE, 'made.json');

const { values } = parseArgs({
  options: { 'per-speaker': { type: 'string', default: String(ALL) }, page: { type: 'boolean', default: false } },
});
const perSpeaker = Number(values['per-speaker']);
const corpora = process.env.ATTUNE_CORPORA;
if (!corpora) throw new Error('expected the folder that holds emodb in ATTUNE_CORPORA');
const directory = join(corpora, 'emodb');
const { recordings } = (await readJson(runPaths(RUN).manifest, MANIFEST))!;
const folds = [...new Set(recordings.map(({ fold }) => fold!))];
const { frontEnd } = await checkpointOf(RUN, folds[0]!);
const resultOf = (utterance: string) => join(STATE, `${utterance}.json`);

/** Rounded: what lies below is noise of the arithmetic. */
const asJson = (value: unknown) =>
  `${JSON.stringify(value, (_, part) => (typeof part === 'number' ? Math.round(part * 1e5) / 1e5 : part))}\n`;

async function measure(): Promise<void> {
  await mkdir(STATE, { recursive: true });
  const spectra = await spectraOf(recordings, directory, frontEnd);
  for (const fold of folds) {
    const checkpoint = await checkpointOf(RUN, fold);
    const tested = recordings.filter((recording) => recording.fold === fold);
    const subjects = await subjectsOf(checkpoint, tested, directory);
    const network = await openNetwork(checkpoint, { threads: 1 });
    const grid = gridOf(createNetwork(checkpoint.architecture));
    const means = trainingMeans(recordings, spectra, fold);
    const chosen = chosenOf(subjects, fold);
    for (const [i, subject] of chosen.entries()) {
      const { utterance, speaker, predicted, maps } = subject;
      if (await keptJson(resultOf(utterance))) continue;
      const k = checkpoint.classes.indexOf(predicted);
      const donor = donorOf(subject, subjects, SEED);
      const logit = (spectrograms: Float32Array) => network.logitOf(spectrograms, k);
      const curves = await studySubject(subject, donor, {
        grid,
        trainingMeans: means,
        steps: STEPS,
        seed: SEED,
        logit,
      });
      const { emotion } = tested.find((recording) => recording.utterance === utterance)!;
      const row = { utterance, speaker, emotion, predicted, start: maps.start, donor: donor.utterance };
      await writeWhole(resultOf(utterance), asJson({ ...row, donorPredicted: donor.predicted, curves }));
      process.stderr.write(`fold ${fold}: ${i + 1} of ${chosen.length}\n`);
    }
    await network.close();
  }
}

/** Which utterances a call asks for, in the same order however many they are. */
const chosenOf = <T>(tested: readonly T[], fold: string): T[] =>
  Random.named(SEED, `utterances of ${fold}`).shuffle(tested).slice(0, perSpeaker);

async function writePage(): Promise<void> {
  const wanted = folds.flatMap((fold) =>
    chosenOf(
      recordings.filter((recording) => recording.fold === fold),
      fold,
    ),
  );
  const found = await Promise.all(wanted.map(({ utterance }) => keptJson<Studied>(resultOf(utterance))));
  const studied = found.filter((result) => result !== undefined);
  if (studied.length < wanted.length)
    throw new Error(`${wanted.length - studied.length} utterances are not measured yet`);
  const made = (await keptJson<Made>(MADE))!;
  const summary = summarize(studied, SEED);
  const utterances = studied.map(({ curves, ...row }) => ({ ...row, areas: areasOf(curves) }));
  await mkdir(OUT, { recursive: true });
  await writeWhole(join(OUT, 'faithfulness.json'), asJson({ made, ...summary, perUtterance: utterances }));
  await writeWhole(join(OUT, 'curves.svg'), faithfulnessPlot(summary));
  const title = 'How faithful the attention maps are';
  await writeReadmeSection(OUT, 'faithfulness', title, faithfulnessPage(summary, studied, made));
}

/** Areas under all curves of an utterance, in logits: by fill, order, and deletion or insertion. */
const areasOf = (curves: Studied['curves']) =>
  Object.fromEntries(
    FILLS.map((fill) => {
      const areas = ORDERS.map((order) => {
        const { deletion, insertion } = curves[fill][order];
        return [order, { deletion: areaUnder(deletion), insertion: areaUnder(insertion) }];
      });
      return [fill, Object.fromEntries(areas)];
    }),
  );

if (!values.page) {
  await measure();
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const machine = `${cpus()[0]!.model.trim()}, ${cpus().length} cores, one thread, ${runtimeVersion()}, Node ${process.versions.node}`;
  const limit = perSpeaker < ALL ? ` --per-speaker ${perSpeaker}` : '';
  const command = `ATTUNE_CORPORA=path/to/corpora npx tsx recipes/faithfulness.ts${limit}`;
  await writeWhole(MADE, asJson({ command, date: new Date().toISOString().slice(0, 10), commit, machine }));
}
await writePage();
