import { join } from 'node:path';
import * as v from 'valibot';
import { READ_OPTIONS, type ReadOptions } from '../corpus/adapter.ts';
import { CLASSES } from '../corpus/classes.ts';
import { LABEL_OPTIONS, type LabelOptions } from '../corpus/labels.ts';
import { list, type Properties, type Schema, SEED, sha256 } from '../json.ts';
import type { Environment } from './run-files.ts';
import { readJson } from './run-folder.ts';
import { ENVIRONMENT } from './run-schemas.ts';

/** `score.json`: which system was scored on what. It stands where a run has its `config.json`. */
export interface ScoreConfig {
  /** name of the corpus, such as `emodb` */
  readonly corpus: string;
  readonly options: ScoreOptions;
  readonly environment: Environment;
}

/** All that the figures of a scored system depend on but the recordings. */
export interface ScoreOptions {
  readonly system: ScoredSystem;
  /** its labels that were given a meaning, by class; absent: their names say it */
  readonly predictedLabels?: LabelOptions;
  /** corpus read with other than its own labels and turns; absent where they are its own */
  readonly reading?: ReadOptions;
  /** the classes in the order of the probabilities; absent: the default four */
  readonly classes?: readonly string[];
  /** findings of the audit that the user let pass, sorted; absent where none */
  readonly accept?: readonly string[];
  /** of intervals */
  readonly seed: number;
}

/** A system that was made elsewhere: a model that Attune runs, or a table of what a tool said. */
export interface ScoredSystem {
  readonly kind: 'model' | 'predictions';
  /** its path, as it was given */
  readonly path: string;
  /** of the ONNX file or the table */
  readonly sha256: string;
  /** in its own order */
  readonly labels: readonly string[];
  /** whether it gives probabilities; those of one that does not are 1 for what it says, and 0 */
  readonly probabilities: boolean;
}

const SCORED_SYSTEM: Schema<ScoredSystem> = v.object({
  kind: v.picklist(['model', 'predictions']),
  ...{ path: v.string(), sha256, labels: list(v.string()), probabilities: v.boolean() },
} satisfies Properties<ScoredSystem>);

const SCORE_OPTIONS: Schema<ScoreOptions> = v.object({
  system: SCORED_SYSTEM,
  predictedLabels: v.exactOptional(LABEL_OPTIONS),
  reading: v.exactOptional(READ_OPTIONS),
  classes: v.exactOptional(CLASSES),
  accept: v.exactOptional(list(v.string())),
  seed: SEED,
} satisfies Properties<ScoreOptions>);

const SCORE_CONFIG: Schema<ScoreConfig> = v.object({
  ...{ corpus: v.string(), options: SCORE_OPTIONS, environment: ENVIRONMENT },
} satisfies Properties<ScoreConfig>);

/** Where it lies in the folder of the figures. */
export const scorePath = (folder: string): string => join(folder, 'score.json');

/** What was scored in a folder; undefined where nothing was. */
export const readScore = (folder: string): Promise<ScoreConfig | undefined> =>
  readJson(scorePath(folder), SCORE_CONFIG);
