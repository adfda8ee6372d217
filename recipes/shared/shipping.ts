import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import { changed } from '../../src/features/front-end.ts';
import type { Segmentation } from '../../src/features/segmentation.ts';
import { writeWhole } from '../../src/files.ts';
import { readCheckpoint, writeCheckpoint } from '../../src/model/checkpoint.ts';
import { referenceOf } from '../../src/model/reference.ts';
import type { WeightsName } from '../../src/recognize/default-weights.ts';
import { learnedFrom } from '../../src/run/learned-from.ts';
import { readJson, runPaths } from '../../src/run/run-folder.ts';
import { MANIFEST } from '../../src/run/run-schemas.ts';
import { calibrationOf } from '../../src/statistics/calibration.ts';
import { calibrationIntervals } from '../../src/statistics/calibration-intervals.ts';
import { type gendersOf, type Metrics, metricsOf } from '../../src/statistics/metrics.ts';
import type { Prediction } from '../../src/statistics/prediction.ts';
import type { ScoredUtterance } from '../../src/statistics/temperature.ts';

const SEED = 1;

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

export function accuracy(predictions: readonly Prediction[], genders: ReturnType<typeof gendersOf>): Accuracy {
  const { wa, ua, macroF1, intervals, perClass, perGender, utterances, speakers } = metricsOf(predictions, {
    seed: SEED,
    genders,
  });
  return { wa, ua, macroF1, intervals, perClass, ...(perGender && { perGender }), utterances, speakers };
}

export function calibration(predictions: readonly Prediction[]): CalibrationFigures {
  const { ece, brier, nll } = calibrationOf(predictions);
  return { ece, brier, nll, intervals: calibrationIntervals(predictions, EMOTIONS, { seed: SEED }) };
}

/** What knows the hashes of the weights. */
const LOADER = 'src/recognize/default-weights.ts';

/** Weights to come with the package. */
export interface Shipment {
  readonly name: WeightsName;
  /** where they are written */
  readonly path: string;
  /** the run that trained them, on all recordings */
  readonly run: string;
  readonly recipe: string;
  readonly temperature: number;
  /** its own corpus as recorded, by networks that never heard the speaker: what a source of recordings is compared with */
  readonly outOfFold: readonly ScoredUtterance[];
  /** in the place of the checkpoint's own settings */
  readonly inUse?: Partial<Segmentation>;
}

/** Writes weights with their temperature and their reference, and their hash where it is checked. */
export async function ship({ name, path, run, recipe, temperature, outOfFold, inUse }: Shipment): Promise<void> {
  const from = runPaths(run).checkpoint('all');
  const manifest = (await readJson(runPaths(run).manifest, MANIFEST))!;
  const { notes: _, ...checkpoint } = readCheckpoint(await readFile(from), from);
  const frontEnd = changed(checkpoint.frontEnd, inUse);
  const notes = {
    trained_on: 'EmoDB (Burkhardt et al. 2005, CC0 1.0), all 339 utterances of 10 actors: neutral, happy, angry, sad',
    recipe,
    licence: 'MIT',
  };
  const provenance = learnedFrom(manifest, 'none');
  const reference = referenceOf(outOfFold, checkpoint.classes);
  const bytes = writeCheckpoint({ ...checkpoint, frontEnd, temperature, reference, provenance, notes });
  await writeWhole(path, bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const loader = await readFile(LOADER, 'utf8');
  await writeWhole(LOADER, loader.replace(new RegExp(`^(  ${name}: ')[0-9a-f]{64}`, 'm'), `$1${sha256}`));
}
