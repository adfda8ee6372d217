import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { machine } from '../../bench/machine.ts';
import { hashFile } from '../../src/audio/file.ts';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import { readCorpus } from '../../src/corpus/read.ts';
import type { Utterance } from '../../src/corpus/utterance.ts';
import { scoreRecordings } from '../../src/evaluate/out-of-fold.ts';
import type { FrontEnd } from '../../src/features/front-end.ts';
import { readCheckpoint } from '../../src/model/checkpoint.ts';
import type { Recording } from '../../src/run/run-files.ts';
import { readJson, runPaths, writeJson } from '../../src/run/run-folder.ts';
import { MANIFEST } from '../../src/run/run-schemas.ts';
import { gendersOf } from '../../src/statistics/metrics.ts';
import { crossFitted, fitTemperature, predictionsAt, type ScoredUtterance } from '../../src/statistics/temperature.ts';
import { CONDITIONS, type Condition } from '../shared/conditions.ts';
import { CORPORA, IN_USE, ON_ALL, OUT_OF_FOLD, RESULTS, WEIGHTS } from '../shared/default-weights-runs.ts';
import { kept, scored, shown } from '../shared/scores.ts';
import { type Accuracy, accuracy, type CalibrationFigures, calibration, ship } from '../shared/shipping.ts';
import { writeModelCard } from './page.ts';

/** The same network without augmentation, for comparison. */
const PLAIN = 'results/emodb-attention';

export interface DefaultWeightsFigures {
  readonly made: ReturnType<typeof machine>;
  /** the run whose folds gave the figures of EmoDB, one speaker left out at a time */
  readonly run: string;
  readonly temperature: number;
  /** EmoDB, by networks that never heard the speaker */
  readonly conditions: Readonly<Record<Condition, Accuracy>>;
  /** the same folds without augmentation */
  readonly withoutAugmentation: Readonly<Record<Condition, Accuracy>>;
  /** EmoDB as recorded: at temperature 1, and each speaker at the temperature of the others */
  readonly calibration: { readonly before: CalibrationFigures; readonly after: CalibrationFigures };
  /** never trained on, scored once by the weights themselves, when all else is done */
  readonly others: readonly OtherCorpus[];
}

/** A corpus that nothing was trained on or chosen by. */
export interface OtherCorpus {
  readonly name: string;
  readonly accuracy: Accuracy;
  readonly before: CalibrationFigures;
  readonly after: CalibrationFigures;
}

/** Fits the temperature, writes weights/paper.safetensors, and all figures of the model card. */
export async function figures(corpora: string): Promise<void> {
  const emodb = join(corpora, 'emodb');
  const made = machine(1); // before a file is changed
  const clean = await scored(OUT_OF_FOLD, emodb, 'clean', IN_USE);
  const temperature = Number(fitTemperature(clean, EMOTIONS).toFixed(4));
  await shipWeights(temperature, clean);
  const result: DefaultWeightsFigures = {
    ...{ made, run: OUT_OF_FOLD, temperature },
    conditions: await underAll(OUT_OF_FOLD, emodb, IN_USE),
    withoutAugmentation: await underAll(PLAIN, emodb),
    calibration: {
      before: calibration(predictionsAt(clean, EMOTIONS, 1)),
      after: calibration(crossFitted(clean, EMOTIONS)),
    },
    others: await otherFigures(corpora, temperature),
  };
  await writeJson(`${RESULTS}/figures.json`, result);
  await writeModelCard(result);
}

/** Writes weights/paper.safetensors again, of the run on all and the temperature that was fitted before. */
export async function shipAgain(corpora: string): Promise<void> {
  const { temperature }: DefaultWeightsFigures = JSON.parse(await readFile(`${RESULTS}/figures.json`, 'utf8'));
  await shipWeights(temperature, await scored(OUT_OF_FOLD, join(corpora, 'emodb'), 'clean', IN_USE));
}

const shipWeights = (temperature: number, outOfFold: readonly ScoredUtterance[]) =>
  ship({
    ...{ name: 'paper', path: WEIGHTS, run: ON_ALL, recipe: 'recipes/default-weights.ts', temperature, outOfFold },
    inUse: IN_USE,
  });

async function underAll(
  run: string,
  directory: string,
  frontEnd: Partial<FrontEnd> = {},
): Promise<Record<Condition, Accuracy>> {
  const { recordings } = (await readJson(runPaths(run).manifest, MANIFEST))!;
  const results: [Condition, Accuracy][] = [];
  for (const condition of CONDITIONS) {
    const predictions = predictionsAt(await scored(run, directory, condition, frontEnd), EMOTIONS, 1);
    results.push([condition, accuracy(predictions, gendersOf(recordings))]);
  }
  return Object.fromEntries(results) as Record<Condition, Accuracy>;
}

async function otherFigures(corpora: string, temperature: number): Promise<OtherCorpus[]> {
  const figures: OtherCorpus[] = [];
  for (const { name, path } of CORPORA) {
    const { directory, utterances } = await readCorpus(join(corpora, path));
    const recordings: (Utterance & Pick<Recording, 'utterance' | 'sha256'>)[] = [];
    for (const utterance of utterances) {
      const sha256 = await hashFile(join(directory, utterance.file));
      recordings.push({ ...utterance, utterance: utterance.id, sha256 });
    }
    const checkpoint = readCheckpoint(await readFile(WEIGHTS), 'the default weights');
    const scores = await kept(`${RESULTS}/${name.toLowerCase()}.json`, () =>
      scoreRecordings(checkpoint, recordings, directory, { onProgress: shown(name) }),
    );
    const after = predictionsAt(scores, EMOTIONS, temperature);
    figures.push({
      name,
      accuracy: accuracy(after, gendersOf(recordings)),
      before: calibration(predictionsAt(scores, EMOTIONS, 1)),
      after: calibration(after),
    });
  }
  return figures;
}
