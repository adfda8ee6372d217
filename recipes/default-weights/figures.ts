import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { machine } from '../../bench/machine.ts';
import { hashFile } from '../../src/audio/file.ts';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import { readCorpus } from '../../src/corpus/read.ts';
import type { Utterance } from '../../src/corpus/utterance.ts';
import { scoreRecordings } from '../../src/evaluate/out-of-fold.ts';
import type { FrontEnd } from '../../src/features/front-end.ts';
import { writeWhole } from '../../src/files.ts';
import { readCheckpoint, writeCheckpoint } from '../../src/model/checkpoint.ts';
import { learnedFrom } from '../../src/run/learned-from.ts';
import type { Recording } from '../../src/run/run-files.ts';
import { readJson, runPaths, writeJson } from '../../src/run/run-folder.ts';
import { MANIFEST } from '../../src/run/run-schemas.ts';
import { calibrationOf } from '../../src/statistics/calibration.ts';
import { calibrationIntervals } from '../../src/statistics/calibration-intervals.ts';
import { gendersOf, type Metrics, metricsOf } from '../../src/statistics/metrics.ts';
import type { Prediction } from '../../src/statistics/prediction.ts';
import { crossFitted, fitTemperature, predictionsAt } from '../../src/statistics/temperature.ts';
import { CONDITIONS, type Condition } from '../shared/conditions.ts';
import { CORPORA, IN_USE, ON_ALL, OUT_OF_FOLD, RESULTS, WEIGHTS } from '../shared/default-weights-runs.ts';
import { kept, scored, shown } from '../shared/scores.ts';
import { writeModelCard } from './page.ts';

const SEED = 1;
/** The same network without augmentation, for comparison. */
const PLAIN = 'results/emodb-attention';

/** WA, UA and macro-F1 with intervals, by class and by gender. */
export type Accuracy = Pick<
  Metrics,
  'wa' | 'ua' | 'macroF1' | 'intervals' | 'perClass' | 'perGender' | 'utterances' | 'speakers'
>;

/** Expected calibration error, Brier score and negative log-likelihood, with intervals over speakers. */
export interface CalibrationFigures {
  readonly ece: number;
  readonly brier: number;
  readonly nll: number;
  readonly intervals: ReturnType<typeof calibrationIntervals>;
}

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

/** Fits the temperature, writes weights/attune.safetensors, and all figures of the model card. */
export async function figures(corpora: string): Promise<void> {
  const emodb = join(corpora, 'emodb');
  const made = machine(1); // before a file is changed
  const clean = await scored(OUT_OF_FOLD, emodb, 'clean', IN_USE);
  const temperature = Number(fitTemperature(clean, EMOTIONS).toFixed(4));
  await shipWeights(temperature);
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

/** Writes weights/attune.safetensors again, of the run on all and the temperature that was fitted before. */
export async function shipAgain(): Promise<void> {
  const { temperature }: DefaultWeightsFigures = JSON.parse(await readFile(`${RESULTS}/figures.json`, 'utf8'));
  await shipWeights(temperature);
}

async function shipWeights(temperature: number): Promise<void> {
  const path = runPaths(ON_ALL).checkpoint('all');
  const manifest = (await readJson(runPaths(ON_ALL).manifest, MANIFEST))!;
  const { notes: _, ...checkpoint } = readCheckpoint(await readFile(path), path);
  const frontEnd = { ...checkpoint.frontEnd, ...IN_USE };
  const notes = {
    trained_on: 'EmoDB (Burkhardt et al. 2005, CC0 1.0), all 339 utterances of 10 actors: neutral, happy, angry, sad',
    recipe: 'recipes/default-weights.ts',
    licence: 'MIT',
  };
  const provenance = learnedFrom(manifest, 'none');
  const bytes = writeCheckpoint({ ...checkpoint, frontEnd, temperature, provenance, notes });
  await writeWhole(WEIGHTS, bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const loader = await readFile(LOADER, 'utf8');
  await writeWhole(LOADER, loader.replace(/^(const SHA256 = ')\w+/m, `$1${sha256}`));
}

/** What knows the hash of the weights. */
const LOADER = 'src/recognize/default-weights.ts';

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

function accuracy(predictions: readonly Prediction[], genders: ReturnType<typeof gendersOf>): Accuracy {
  const { wa, ua, macroF1, intervals, perClass, perGender, utterances, speakers } = metricsOf(predictions, {
    seed: SEED,
    genders,
  });
  return { wa, ua, macroF1, intervals, perClass, ...(perGender && { perGender }), utterances, speakers };
}

function calibration(predictions: readonly Prediction[]): CalibrationFigures {
  const { ece, brier, nll } = calibrationOf(predictions);
  return { ece, brier, nll, intervals: calibrationIntervals(predictions, EMOTIONS, { seed: SEED }) };
}
