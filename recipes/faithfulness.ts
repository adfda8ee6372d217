// How faithful attention maps are: deletion and insertion curves of each network of results/emodb-attention on the speaker it never heard.
//
//   npx tsx recipes/faithfulness.ts [--per-speaker N] [--page]
//
// Stopped and started again it goes on, with what lies in runs/faithfulness. With --page it only writes results/explain anew.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Manifest } from '../src/evaluate/run-files.ts';
import { readJson, runPaths } from '../src/evaluate/run-folder.ts';
import { createNetwork } from '../src/explain/faithfulness.ts';
import { donorOf, studySubject } from '../src/explain/faithfulness-study.ts';
import { gridOf } from '../src/explain/grid.ts';
import { writeWhole } from '../src/files.ts';
import { Random } from '../src/random.ts';
import { checkpointOf, spectraOf, subjectsOf, trainingMeans } from './faithfulness-data.ts';

const RUN = 'results/emodb-attention';
const SEED = 1;
const STEPS = 20;
const STATE = `runs/faithfulness/seed-${SEED}-steps-${STEPS}`;

const { values } = parseArgs({
  options: { 'per-speaker': { type: 'string', default: '1000' }, page: { type: 'boolean', default: false } },
});
const perSpeaker = Number(values['per-speaker']);
const corpora = process.env.ATTUNE_CORPORA;
if (!corpora) throw new Error('expected the folder that holds emodb in ATTUNE_CORPORA');
const directory = join(corpora, 'emodb');
const { recordings } = (await readJson<Manifest>(runPaths(RUN).manifest))!;
const folds = [...new Set(recordings.map(({ fold }) => fold!))];
const resultOf = (utterance: string) => join(STATE, `${utterance}.json`);

/** Rounded: what lies below is noise of the arithmetic. */
const asJson = (value: unknown) =>
  `${JSON.stringify(value, (_, part) => (typeof part === 'number' ? Math.round(part * 1e5) / 1e5 : part))}\n`;

async function measure(): Promise<void> {
  await mkdir(STATE, { recursive: true });
  const spectra = await spectraOf(recordings, directory);
  for (const fold of folds) {
    const checkpoint = await checkpointOf(RUN, fold);
    const tested = recordings.filter((recording) => recording.fold === fold);
    const subjects = await subjectsOf(checkpoint, tested, directory);
    const network = await createNetwork(checkpoint, { threads: 1 });
    const grid = gridOf(checkpoint.architecture);
    const means = trainingMeans(recordings, spectra, fold);
    const chosen = Random.named(SEED, `utterances of ${fold}`).shuffle(subjects).slice(0, perSpeaker);
    for (const [i, subject] of chosen.entries()) {
      const { utterance, speaker, predicted, maps } = subject;
      if (await readJson(resultOf(utterance))) continue;
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

if (!values.page) await measure();
