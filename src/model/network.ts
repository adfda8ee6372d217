import { type ConvNormPoolResult, convNormPool } from '../graph/conv-norm-pool.ts';
import * as f from '../graph/functions.ts';
import type { Graph, Tensor } from '../graph/graph.ts';
import type { Values } from '../graph/session.ts';
import { type Architecture, type Layer, layers } from './architecture.ts';
import { HEADS } from './heads.ts';

/** Added to variances by batch normalisation (PyTorch's default). */
export const EPSILON = 1e-5;

type Tensors = Readonly<Record<string, Tensor>>;

/**
 * The network in training: batch normalisation takes the batch's own statistics.
 *
 * @param x spectrograms `[n, 1, bins, frames]`
 * @returns logits `[n, classes]`, and for each batch norm the statistics of this batch
 */
export function trainingNetwork(x: Tensor, parameters: Tensors, architecture: Architecture) {
  const statistics: Record<string, Tensor> = {};
  const maps = layers(architecture).reduce((input, { index, filters, pool }) => {
    const { output, mean, variance }: ConvNormPoolResult = x.graph.scope(`conv${index}`, () =>
      convNormPool(
        input,
        filters.map(({ name, padding }) => ({ weight: parameters[name]!, padding })),
        parameters[`bn${index}.weight`]!,
        parameters[`bn${index}.bias`]!,
        { pool, epsilon: EPSILON },
      ),
    );
    statistics[`bn${index}.running_mean`] = mean;
    statistics[`bn${index}.running_var`] = variance;
    return output; // [n, 16, 200, 100], [n, 32, 100, 50], [n, 48, 50, 25], [n, 64, 50, 25], [n, 80, 50, 25]
  }, x);
  const logits = x.graph.scope('head', () => HEADS[architecture.pooling](maps, parameters, architecture));
  return { logits, statistics };
}

/**
 * The network in use: batch normalisation takes the running statistics, folded into the convolutions, whose weights are constants.
 *
 * @param x spectrograms `[n, 1, bins, frames]`
 * @param weights parameters and running statistics by name
 * @returns the last convolution's feature maps `[n, channels, h, w]` and the logits `[n, classes]`
 */
export function inferenceNetwork(x: Tensor, weights: Readonly<Record<string, Values>>, architecture: Architecture) {
  const maps = layers(architecture).reduce((input, layer) => {
    const { convolutions, bias } = foldNorm(x.graph, layer, weights);
    const parts = convolutions.map(({ weight, padding }, i) => f.conv(input, weight, padding, bias[i]!));
    const output = f.relu(f.concat(parts, 1));
    return layer.pool ? f.maxPool(output) : output;
  }, x);
  const head = Object.entries(weights).filter(([name]) => !/^(conv|bn)\d/.test(name));
  const parameters = Object.fromEntries(
    head.map(([name, { data, shape }]) => [name, x.graph.constant(data as Float32Array, shape)]),
  );
  return { maps, logits: HEADS[architecture.pooling](maps, parameters, architecture) };
}

/** gamma (w x - mean) / sqrt(var + epsilon) + beta as one convolution: w gamma / sqrt(...) and beta - mean gamma / sqrt(...). */
function foldNorm(graph: Graph, { index, filters }: Layer, weights: Readonly<Record<string, Values>>) {
  const numbers = (name: string) => weights[name]!.data as Float32Array;
  const [gamma, beta] = [numbers(`bn${index}.weight`), numbers(`bn${index}.bias`)];
  const [mean, variance] = [numbers(`bn${index}.running_mean`), numbers(`bn${index}.running_var`)];
  const scale = gamma.map((g, channel) => g / Math.sqrt(variance[channel]! + EPSILON));
  let first = 0;
  const bias: Tensor[] = [];
  const convolutions = filters.map(({ name, shape, padding }) => {
    const start = first;
    first += shape[0]!;
    const taps = shape[1]! * shape[2]! * shape[3]!;
    const channels = Array.from({ length: shape[0]! }, (_, i) => start + i);
    bias.push(
      graph.constant(
        channels.map((c) => beta[c]! - mean[c]! * scale[c]!),
        [shape[0]!],
      ),
    );
    const folded = numbers(name).map((w, i) => w * scale[start + Math.floor(i / taps)]!);
    return { weight: graph.constant(folded, shape), padding };
  });
  return { convolutions, bias };
}
