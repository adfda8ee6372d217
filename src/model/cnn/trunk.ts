import { forEachSample } from '../../graph/for-each-sample.ts';
import * as f from '../../graph/functions.ts';
import type { Tensor } from '../../graph/graph.ts';
import type { Tensors, Weights } from '../network.ts';
import { convolutionInTraining, foldedConvolution } from '../normed-convolution.ts';
import type { Layer } from './architecture.ts';

/** Added to variances by batch normalisation (PyTorch's default). */
const EPSILON = 1e-5;

/**
 * The trunk in training: batch normalisation takes the batch's own statistics.
 *
 * @param x spectrograms `[n, 1, bins, frames]`
 * @param moments of the taps of each group of Conv1's filters; absent: Conv1 is computed without them
 * @returns feature maps `[n, C, H, W]`, and for each batch norm the statistics of this batch
 */
export function trunkInTraining(x: Tensor, parameters: Tensors, layers: readonly Layer[], moments?: Tensors) {
  const statistics: Record<string, Tensor> = {};
  const maps = layers.reduce((input, layer) => {
    const { index, pool } = layer;
    const { output, statistics: own } = x.graph.scope(`conv${index}`, () =>
      convolutionInTraining(input, layer, parameters, { pool, epsilon: EPSILON }, index === 1 ? moments : undefined),
    );
    Object.assign(statistics, own);
    return output; // [n, 16, 200, 100], [n, 32, 100, 50], [n, 48, 50, 25], [n, 64, 50, 25], [n, 80, 50, 25]
  }, x);
  return { maps, statistics };
}

/**
 * The trunk in use, and what `head` makes of its feature maps `[1, C, H, W]`: batch normalisation takes the running statistics, folded into
 * the convolutions, whose weights are constants. One segment at a time, so that its maps stay in the processor's caches.
 *
 * @param x spectrograms `[n, 1, bins, frames]`
 */
export function trunkInUse(
  x: Tensor,
  weights: Weights,
  layers: readonly Layer[],
  head: (maps: Tensor, parameters: Tensors) => readonly Tensor[],
): readonly Tensor[] {
  const ofHead = Object.entries(weights).filter(([name]) => !/^(conv|bn)\d/.test(name));
  return forEachSample([x], [], ([sample]) => {
    const maps = layers.reduce((input, layer) => {
      const output = f.relu(foldedConvolution(input, layer, weights, EPSILON));
      return layer.pool ? f.maxPool(output) : output;
    }, sample!);
    const parameters = Object.fromEntries(
      ofHead.map(([name, { data, shape }]) => [name, maps.graph.constant(data as Float32Array, shape)]),
    );
    return { outputs: head(maps, parameters) };
  }).outputs;
}
