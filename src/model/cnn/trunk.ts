import { type ConvNormPoolResult, convNormPool } from '../../graph/conv-norm-pool.ts';
import { firstConvNormPool } from '../../graph/first-conv-norm-pool.ts';
import { forEachSample } from '../../graph/for-each-sample.ts';
import * as f from '../../graph/functions.ts';
import type { Tensor } from '../../graph/graph.ts';
import type { Tensors, Weights } from '../network.ts';
import type { Layer } from './architecture.ts';
import { momentsName } from './moments.ts';

/** Added to variances by batch normalisation (PyTorch's default). */
export const EPSILON = 1e-5;

/**
 * The trunk in training: batch normalisation takes the batch's own statistics.
 *
 * @param x spectrograms `[n, 1, bins, frames]`
 * @param moments of the taps of each group of Conv1's filters ({@link momentsName}); absent: Conv1 is computed without them
 * @returns feature maps `[n, C, H, W]`, and for each batch norm the statistics of this batch
 */
export function trunkInTraining(x: Tensor, parameters: Tensors, layers: readonly Layer[], moments?: Tensors) {
  const statistics: Record<string, Tensor> = {};
  const maps = layers.reduce((input, { index, filters, pool }) => {
    const groups = filters.map(({ name, padding }) => ({ weight: parameters[name]!, padding }));
    const [gamma, beta] = [parameters[`bn${index}.weight`]!, parameters[`bn${index}.bias`]!];
    const options = { pool, epsilon: EPSILON };
    const { output, mean, variance }: ConvNormPoolResult = x.graph.scope(`conv${index}`, () => {
      if (index > 1 || !moments) return convNormPool(input, groups, gamma, beta, options);
      const ofGroups = filters.map(({ name }) => moments[momentsName(name)]!);
      return firstConvNormPool(input, groups, ofGroups, gamma, beta, options);
    });
    statistics[`bn${index}.running_mean`] = mean;
    statistics[`bn${index}.running_var`] = variance;
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
      const output = f.relu(foldedConvolution(input, layer, weights));
      return layer.pool ? f.maxPool(output) : output;
    }, sample!);
    const parameters = Object.fromEntries(
      ofHead.map(([name, { data, shape }]) => [name, maps.graph.constant(data as Float32Array, shape)]),
    );
    return { outputs: head(maps, parameters) };
  }).outputs;
}

/**
 * gamma (w x - mean) / sqrt(var + epsilon) + beta as a convolution: w gamma / sqrt(...) and beta - mean gamma / sqrt(...). Groups of
 * filters are added, each with zeros in place of the others': the runtime lays channels out in blocks of 16 and adds as it convolves,
 * so that this costs less than joining what two groups of 8 give.
 */
function foldedConvolution(x: Tensor, { index, filters, channels }: Layer, weights: Weights): Tensor {
  const numbers = (name: string) => weights[name]!.data as Float32Array;
  const [gamma, beta] = [numbers(`bn${index}.weight`), numbers(`bn${index}.bias`)];
  const [mean, variance] = [numbers(`bn${index}.running_mean`), numbers(`bn${index}.running_var`)];
  const scale = gamma.map((g, channel) => g / Math.sqrt(variance[channel]! + EPSILON));
  const bias = beta.map((b, channel) => b - mean[channel]! * scale[channel]!);
  let first = 0;
  const parts = filters.map(({ name, shape, padding }, group) => {
    const [out, ...taps] = shape as [number, number, number, number];
    const size = taps.reduce((product, d) => product * d, 1);
    const start = first;
    first += out;
    const folded = new Float32Array(channels * size);
    folded.set(
      numbers(name).map((w, i) => w * scale[start + Math.floor(i / size)]!),
      start * size,
    );
    const constant = x.graph.constant(folded, [channels, ...taps]);
    return f.conv(x, constant, padding, group === 0 ? x.graph.constant(bias, [channels]) : undefined);
  });
  return parts.reduce(f.add);
}
