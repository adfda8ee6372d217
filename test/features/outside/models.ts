import * as f from '../../../src/graph/functions.ts';
import { Graph, type Shape, type Tensor } from '../../../src/graph/graph.ts';
import { toOnnx } from '../../../src/graph/onnx.ts';

/** An ONNX file of a graph, by its outputs. */
export function modelOf(build: (graph: Graph) => Readonly<Record<string, Tensor>>): Uint8Array {
  const graph = new Graph();
  for (const [name, tensor] of Object.entries(build(graph))) graph.output(name, tensor);
  return toOnnx(graph, { operatorSet: 13 });
}

/** Frames `[batch, frames, 2]`: the mean of so many samples each, and that of their squares. */
export const blocks = (x: Tensor, samples: number): Tensor => {
  const parts = f.reshape(x, [1, -1, samples]);
  return f.concat([f.reduceMean(parts, [2], true), f.reduceMean(f.mul(parts, parts), [2], true)], 2);
};

/** An encoder of samples, whose frames last so many. */
export function blocksEncoder(samples: number, shape: Shape = ['batch', 'samples']): Uint8Array {
  const graph = new Graph();
  const length = typeof shape[1] === 'number' ? shape[1] : 32_000;
  const x = graph.input('input_values', [1, length]);
  graph.output('last_hidden_state', blocks(x, samples));
  Object.assign(x, { shape }); // as the file declares it: our algebra cannot part a length that it does not know
  return toOnnx(graph, { operatorSet: 13 });
}
