import { join } from 'node:path';
import * as v from 'valibot';
import { SAMPLE_RATE } from '../../audio/waveform.ts';
import { CLASSES } from '../../corpus/classes.ts';
import { PROVENANCE, type Provenance } from '../../corpus/provenance.ts';
import { AttuneError } from '../../errors.ts';
import { SEGMENT_SAMPLES, SEGMENT_SECONDS } from '../../features/segments.ts';
import { byName, finite, formOf, parseJson, type Schema } from '../../json.ts';
import { openFile, readWhole, whyUnread } from '../../read-file.ts';
import { PROVENANCE_FILE } from './export.ts';

/** What a folder in Hugging Face's layout says of its audio classifier. */
export interface ClassifierFolder {
  /** in the order of the logits */
  readonly classes: readonly string[];
  /** path of the ONNX file */
  readonly model: string;
  /** whether it wants samples at mean 0 and deviation 1 */
  readonly doNormalize: boolean;
  /** samples that it hears at a time */
  readonly mostSamples: number;
}

/** Seconds that a classifier hears at a time where its folder says nothing: what is longer would take memory by its square. */
export const PIECE_SECONDS = 30;
const MODELS = ['onnx/model.onnx', 'model.onnx'];
const REMEDY = 'Download the model again, or mend the file.';

/** A longer piece, an hour, is no honest one. */
const MOST_SAMPLES = 3600 * SAMPLE_RATE;
/** The one kind of classifier whose softmax are probabilities; where a folder says nothing, it is of this kind. */
const SINGLE_LABEL = 'single_label_classification';

const CONFIG = v.looseObject({
  id2label: v.optional(byName(v.string())),
  label2id: v.nullish(byName(v.union([v.number(), v.string()]))),
  problem_type: v.nullish(v.string()),
});
const PREPROCESSOR: Schema<Preprocessor> = v.looseObject({
  sampling_rate: v.optional(finite),
  do_normalize: v.optional(v.boolean()),
  feature_size: v.optional(finite),
  max_length: v.nullish(finite),
  num_mel_bins: v.optional(finite),
});

interface Preprocessor {
  readonly sampling_rate?: number | undefined;
  readonly do_normalize?: boolean | undefined;
  readonly feature_size?: number | undefined;
  readonly max_length?: number | null | undefined;
  readonly num_mel_bins?: number | undefined;
}

/** All files that are read of a classifier's folder; none where none was given. */
export const classifierFiles = (folder: string | undefined): string[] =>
  folder === undefined ? [] : ['config.json', 'preprocessor_config.json', ...MODELS].map((name) => join(folder, name));

/**
 * Reads `config.json` (`id2label`, and `label2id` and `problem_type` where they are there) and `preprocessor_config.json` (`sampling_rate`, `do_normalize`, `feature_size`, `max_length` in
 * samples), and finds `onnx/model.onnx` or `model.onnx`.
 *
 * @throws AttuneError `checkpoint` where one is missing or damaged, there are no labels or two tables of them, it gives no
 *   probabilities of classes, or wants other input than samples at 16 kHz
 */
export async function readClassifierFolder(folder: string): Promise<ClassifierFolder> {
  const config = await readConfig(folder, 'config.json', CONFIG);
  const settings = await readConfig(folder, 'preprocessor_config.json', PREPROCESSOR);
  const { sampling_rate: rate = SAMPLE_RATE, feature_size: size = 1, do_normalize: doNormalize = true } = settings;
  const of = `${folder}/preprocessor_config.json`;
  if (rate !== SAMPLE_RATE)
    throw unfit(`${of}: expected a sampling_rate of ${SAMPLE_RATE}, got ${rate}; give a model that hears 16 kHz`);
  const bins = settings.num_mel_bins;
  if (size !== 1 || bins !== undefined)
    throw unfit(
      `${of}: expected a feature_size of 1, as of models that take samples, got ${bins === undefined ? size : `${bins} mel bins`}; models that take spectrograms (input_features) are not run`,
    );
  const mostSamples = settings.max_length ?? PIECE_SECONDS * SAMPLE_RATE;
  if (!(mostSamples >= SEGMENT_SAMPLES && mostSamples <= MOST_SAMPLES))
    throw unfit(
      `${of}: expected a max_length from ${SEGMENT_SAMPLES} samples (${SEGMENT_SECONDS} s) to ${MOST_SAMPLES} (an hour), got ${mostSamples}; ${mostSamples > MOST_SAMPLES ? `leave it out for pieces of ${PIECE_SECONDS} s` : 'give a model that hears so much'}`,
    );
  return {
    classes: labelsOf(config, `${folder}/config.json`),
    ...{ model: await findModel(folder), doNormalize, mostSamples: Math.floor(mostSamples) },
  };
}

/**
 * What the weights of a folder were trained on, which those say that Attune exported; undefined where nothing says it.
 *
 * @throws AttuneError `checkpoint` where the file that says it is damaged
 */
export async function readProvenance(folder: string): Promise<Provenance | undefined> {
  const path = join(folder, PROVENANCE_FILE);
  const bytes = await readWhole(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw unfit(`${path} cannot be read (${whyUnread(cause)}); export the model again, or take the file out`, cause);
  });
  return bytes && parseJson(bytes.toString(), PROVENANCE, { name: path, code: 'checkpoint', remedy: REMEDY });
}

const unfit = (message: string, cause?: unknown) => new AttuneError('checkpoint', message, { cause });

async function readConfig<T>(folder: string, name: string, schema: Schema<T>): Promise<T> {
  const path = join(folder, name);
  const bytes = await readWhole(path).catch((cause: NodeJS.ErrnoException) => {
    throw unfit(
      `${path} cannot be read (${whyUnread(cause)}); give the folder of an audio classifier in Hugging Face's layout: config.json, preprocessor_config.json and onnx/model.onnx`,
      cause,
    );
  });
  return parseJson(bytes.toString(), schema, { name: path, code: 'checkpoint', remedy: REMEDY });
}

/** The names of the classes by their numbers. */
function labelsOf({ id2label, label2id, problem_type }: v.InferOutput<typeof CONFIG>, name: string): string[] {
  const kind = problem_type ?? SINGLE_LABEL;
  if (kind !== SINGLE_LABEL)
    throw unfit(
      `${name}: expected a problem_type of ${SINGLE_LABEL}, got ${kind}, whose outputs are no probabilities that sum to 1; give a model that tells one class from others`,
    );
  if (!id2label)
    throw unfit(`${name} has no id2label, the names of the model's classes; add them: {"0": "neutral", "1": ...}`);
  const count = Object.keys(id2label).length;
  const labels = Array.from({ length: count }, (_, k) => id2label[k]);
  const found = formOf(labels, CLASSES);
  if ('fault' in found) {
    const { path, expected, received } = found.fault;
    throw unfit(`${name}: expected id2label${path} to be ${expected}, got ${received}; name each class by its number`);
  }
  const strange = Object.entries(label2id ?? {}).find(([label, id]) => id2label[id] !== label);
  if (strange) {
    const [label, id] = strange;
    throw unfit(
      `${name}: label2id has ${label} as ${id}, and id2label has ${found.value[Number(id)] ?? 'nothing'} as ${id}; mend the wrong one of them, by the model's own card`,
    );
  }
  return found.value;
}

async function findModel(folder: string): Promise<string> {
  for (const name of MODELS) {
    const file = await openFile(join(folder, name)).catch(() => undefined);
    await file?.close();
    if (file) return join(folder, name);
  }
  throw unfit(
    `${folder} has neither ${MODELS.join(' nor ')}; export the model to ONNX (optimum-cli export onnx), or download that file too`,
  );
}
