import { SAMPLE_RATE } from '../../audio/waveform.ts';
import { toOnnx } from '../../graph/onnx.ts';
import { type Checkpoint, checkCheckpoint } from '../../model/checkpoint.ts';
import { notesOf, SAMPLES } from '../export.ts';
import { classifierGraph } from '../utterance-graph.ts';

/** What a folder's weights were trained on, beside the files of its layout. */
export const PROVENANCE_FILE = 'provenance.json';

/**
 * A checkpoint as an audio classifier in Hugging Face's layout, which the `audio-classification` pipeline of transformers.js runs
 * unchanged: `config.json`, `preprocessor_config.json` and `onnx/model.onnx`, and `provenance.json` with what the checkpoint says that it was
 * trained on, so that `attune score` tells whom of a corpus it has heard. The network takes `input_values` `[batch, samples]` and
 * gives `logits` `[batch, classes]`, whose softmax is what `recognize` says of the whole recording, temperature included.
 *
 * The configuration calls it `wav2vec2`, since pipelines go by the names of models that they know: of these, it is one that takes samples
 * and gives logits. Recordings in one batch are of one length: what would be filled up would be heard.
 *
 * @returns the bytes of each file by its path in the folder, parted by `/`
 * @throws AttuneError as `exportOnnx`
 *
 * @example
 * ```ts
 * import { mkdir, writeFile } from 'node:fs/promises';
 * import { exportClassifier, loadDefaultCheckpoint } from 'attune';
 *
 * await mkdir('emotion/onnx', { recursive: true });
 * for (const [path, bytes] of Object.entries(await exportClassifier(await loadDefaultCheckpoint())))
 *   await writeFile(`emotion/${path}`, bytes);
 * ```
 */
export async function exportClassifier(checkpoint: Checkpoint): Promise<Readonly<Record<string, Uint8Array>>> {
  checkCheckpoint(checkpoint);
  const { classes, provenance } = checkpoint;
  const model = toOnnx(await classifierGraph(checkpoint), {
    ...notesOf(checkpoint, 'Takes samples, gives logits of the whole.'),
    descriptions: {
      input_values: `[batch, samples], ${SAMPLES}`,
      logits: `[batch, classes] of ${classes.join(', ')}: logarithms of the probabilities`,
    },
  });
  return {
    'onnx/model.onnx': model,
    'preprocessor_config.json': json({
      feature_extractor_type: 'Wav2Vec2FeatureExtractor',
      feature_size: 1,
      sampling_rate: SAMPLE_RATE,
      do_normalize: false, // the graph has its own front end
      padding_value: 0,
      padding_side: 'right',
      return_attention_mask: false,
    }),
    'config.json': json({
      architectures: ['Wav2Vec2ForSequenceClassification'],
      model_type: 'wav2vec2',
      problem_type: 'single_label_classification',
      id2label: Object.fromEntries(classes.map((name, k) => [k, name])),
      label2id: Object.fromEntries(classes.map((name, k) => [name, k])),
      'transformers.js_config': { dtype: 'fp32' }, // in pages it would look for a quantised file
    }),
    ...(provenance && { [PROVENANCE_FILE]: json(provenance) }),
  };
}

const json = (value: unknown): Uint8Array => new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
