import * as v from 'valibot';
import { AttuneError } from '../../errors.ts';
import { DEFAULT_FRONT_END } from '../../features/front-end.ts';
import { createSegmentCutter } from '../../features/segments.ts';
import { type OnnxModel, openOnnx, type Port, type Values } from '../../graph/session.ts';
import { checkArgument } from '../../json.ts';
import { checkOutput, checkTemperature } from '../../model/weights.ts';
import { RECOGNIZER_OPTIONS, type Recognizer, type RecognizerOptions } from '../recognizer.ts';
import { recognizerOf } from '../recognizing.ts';
import type { Said, Scorer, Whole } from '../scorer.ts';
import { type ClassifierFolder, readClassifierFolder } from './folder.ts';

/** Added to the variance, as Wav2Vec2FeatureExtractor does. */
const LEAST_VARIANCE = 1e-7;

/** An audio classifier that answers for whole sounds, and for segments of one. */
export type Classifier = Scorer & { readonly whole: Whole };

/**
 * An audio classifier in Hugging Face's layout, ready to listen: `config.json` with `id2label`, `preprocessor_config.json`, and
 * `onnx/model.onnx` (or `model.onnx`) that takes `input_values` `[batch, samples]` at 16 kHz and gives `logits` `[batch, classes]`
 * (Node only).
 *
 * A recording is scored at once, as the pipelines of transformers and transformers.js do, in pieces of 30 s (or the folder's
 * `max_length`) where it is longer, whose mean by length is its answer; and in segments of 2 s every 0.4 s for the timeline.
 *
 * @param folder its path
 * @throws AttuneError `checkpoint` where a file of it is missing or damaged, it has no labels, or takes or gives something else; `usage`
 *   as `createRecognizer` does
 *
 * @example
 * ```ts
 * import { loadClassifier, readAudioFile } from 'attune/node';
 *
 * const recognizer = await loadClassifier('models/emotion');
 * const { waveform } = await readAudioFile('call.wav');
 * const { emotion, probabilities, segments } = await recognizer.recognize(waveform);
 * await recognizer.close();
 * ```
 */
export const loadClassifier = async (folder: string, options: RecognizerOptions = {}): Promise<Recognizer> =>
  recognizerOf(await openClassifier(folder, options));

/** As {@link loadClassifier}, without what listens. */
export async function openClassifier(folder: string, options: RecognizerOptions = {}): Promise<Classifier> {
  checkArgument(folder, v.string(), 'the folder of the model');
  checkArgument(options, RECOGNIZER_OPTIONS, 'the options');
  const { threads, temperature = 1 } = options;
  checkTemperature(temperature);
  const settings = await readClassifierFolder(folder);
  const model = await openOnnx(settings.model, threads === undefined ? {} : { threads }).catch((cause) => {
    if (cause instanceof AttuneError && cause.code === 'graph')
      throw new AttuneError('checkpoint', `${settings.model} cannot be used: ${cause.message}`, { cause });
    throw cause;
  });
  const score = await scoreOf(model, settings).catch(async (error) => {
    await model.close();
    throw error;
  });
  const softmax = (logits: readonly number[]) => softmaxOf(logits.map((logit) => logit / temperature));
  return {
    ...{ classes: settings.classes, temperature },
    hopSeconds: DEFAULT_FRONT_END.testHopSeconds,
    cutter: () => createSegmentCutter(DEFAULT_FRONT_END.testHopSeconds, 'pad'),
    async run({ samples }) {
      const rows = await score(samples!);
      const values = (of: readonly (readonly number[])[]): Values => ({
        data: Float32Array.from(of.flat()),
        shape: [of.length, settings.classes.length],
      });
      return { probabilities: values(rows.map(softmax)), logits: values(rows) };
    },
    whole: {
      mostSamples: settings.mostSamples,
      async score(samples): Promise<Said> {
        const [logits] = await score({ data: samples, shape: [1, samples.length] });
        return { probabilities: softmax(logits!), logits: logits! };
      },
    },
    close: model.close,
  };
}

/** @returns from sounds of one length, `[n, samples]`, to the logits of each */
async function scoreOf(model: OnnxModel, { classes, doNormalize, model: path }: ClassifierFolder) {
  const mask = checkPorts(model, path);
  const isSingle = model.inputs.some(({ shape }) => shape[0] === 1);
  const run = async (rows: readonly Float32Array[]): Promise<number[][]> => {
    const length = rows[0]!.length;
    const shape = [rows.length, length];
    const data = new Float32Array(rows.length * length);
    for (const [i, row] of rows.entries()) data.set(doNormalize ? normalised(row) : row, i * length);
    const { logits } = await model.run({
      input_values: { data, shape },
      ...(mask && { attention_mask: { data: new BigInt64Array(data.length).fill(1n), shape } }),
    });
    if (!(logits?.data instanceof Float32Array) || `${logits.shape}` !== `${[rows.length, classes.length]}`)
      throw new AttuneError(
        'checkpoint',
        `${path}: expected logits of float32 [${rows.length}, ${classes.length}], one for each label of config.json, got [${logits?.shape}]; give a model that classifies whole recordings, with its own labels`,
      );
    checkOutput(logits, 'the sound');
    return rows.map((_, i) =>
      Array.from(logits.data.subarray(i * classes.length, (i + 1) * classes.length) as Float32Array),
    );
  };
  return async ({ data, shape }: Values): Promise<number[][]> => {
    const [count, length] = shape as [number, number];
    const rows = Array.from({ length: count }, (_, i) => (data as Float32Array).subarray(i * length, (i + 1) * length));
    if (!isSingle) return run(rows);
    const answers = [];
    for (const row of rows) answers.push(...(await run([row])));
    return answers;
  };
}

/**
 * Whether the model wants a mask, too.
 *
 * @throws AttuneError `checkpoint` where it takes something else than samples, or gives no logits
 */
function checkPorts({ inputs, outputs }: OnnxModel, path: string): boolean {
  const said = (ports: readonly Port[]) => ports.map(({ name, shape }) => `${name} [${shape.join(', ')}]`).join(', ');
  const others = inputs.filter(({ name }) => name !== 'input_values' && name !== 'attention_mask');
  const samples = inputs.find(({ name }) => name === 'input_values');
  const isFit = samples?.type === 'float32' && samples.shape.length === 2 && !(Number(samples.shape[1]) > 0);
  if (others.length || !isFit)
    throw new AttuneError(
      'checkpoint',
      `${path}: expected it to take input_values [batch, samples] of any length, got ${said(inputs)}; models that take spectrograms, or sound of one length, are not run`,
    );
  if (!outputs.some(({ name }) => name === 'logits'))
    throw new AttuneError(
      'checkpoint',
      `${path}: expected it to give logits [batch, classes], got ${said(outputs)}; export it as an audio classifier`,
    );
  return inputs.some(({ name }) => name === 'attention_mask');
}

/** At mean 0 and deviation 1. */
function normalised(samples: Float32Array): Float32Array {
  const mean = samples.reduce((sum, value) => sum + value, 0) / samples.length;
  const variance = samples.reduce((sum, value) => sum + (value - mean) ** 2, 0) / samples.length;
  const deviation = Math.sqrt(variance + LEAST_VARIANCE);
  return samples.map((value) => (value - mean) / deviation);
}

function softmaxOf(logits: readonly number[]): number[] {
  const most = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - most));
  const total = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / total);
}
