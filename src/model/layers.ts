import * as f from '../graph/functions.ts';
import type { Graph, Tensor } from '../graph/graph.ts';
import type { Tensors, Weights } from './network.ts';

/** A dense layer by its name; `weight` is `[out, in]`. */
export const linear = (x: Tensor, parameters: Tensors, name: string): Tensor =>
  f.add(f.matmul(x, f.transpose(parameters[`${name}.weight`]!, [1, 0])), parameters[`${name}.bias`]!);

/** Weights as constants of a graph, or some of them. */
export const constants = (graph: Graph, weights: Weights, some: (name: string) => boolean = () => true): Tensors =>
  Object.fromEntries(
    Object.entries(weights)
      .filter(([name]) => some(name))
      .map(([name, { data, shape }]) => [name, graph.constant(data as Float32Array, shape)]),
  );
