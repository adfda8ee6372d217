import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as f from '../../../src/graph/functions.ts';
import { Graph, type Shape, type Tensor } from '../../../src/graph/graph.ts';
import { toOnnx } from '../../../src/graph/onnx.ts';

/** Writes files by their paths within a folder; what is no bytes is JSON. */
export function writeFolder(folder: string, files: Readonly<Record<string, unknown>>): string {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    const isData = typeof content === 'string' || content instanceof Uint8Array;
    writeFileSync(join(folder, path), isData ? content : JSON.stringify(content));
  }
  return folder;
}

/** A model of `input_values`, whose logits are the mean of its input and that of its squares. */
export const moments = (shape: Shape = ['batch', 'samples']): Uint8Array =>
  model((graph) => {
    const x = graph.input('input_values', shape);
    return f.concat([f.reduceMean(x, [1], true), f.reduceMean(f.mul(x, x), [1], true)], 1);
  });

/** A model, of what it makes of its graph its `logits`. */
export function model(build: (graph: Graph) => Tensor, output = 'logits'): Uint8Array {
  const graph = new Graph();
  graph.output(output, build(graph));
  return toOnnx(graph, { operatorSet: 13 });
}

export const CONFIG = { model_type: 'wav2vec2', id2label: { 0: 'calm', 1: 'tense' } };
export const PREPROCESSOR = {
  feature_extractor_type: 'Wav2Vec2FeatureExtractor',
  ...{ feature_size: 1, sampling_rate: 16_000, do_normalize: true },
};
