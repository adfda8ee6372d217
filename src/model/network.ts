import { AttuneError } from '../errors.ts';
import { type ConvNormPoolResult, convNormPool } from '../graph/conv-norm-pool.ts';
import { firstConvNormPool } from '../graph/first-conv-norm-pool.ts';
import { forEachSample } from '../graph/for-each-sample.ts';
import * as f from '../graph/functions.ts';
import type { Tensor } from '../graph/graph.ts';
import type { Values } from '../graph/session.ts';
import { type Architecture, type Layer, layers } from './architecture.ts';
import { attentionLogits, attentionMaps, HEADS } from './heads.ts';

/** Added to variances by batch normalisation (PyTorch's default). */
export const EPSILON = 1e-5;

type Tensors = Readonly<Record<string, Tensor>>;

/**
 * The network in training: batch normalisation takes the batch's own statistics.
 *
 * @param x spectrograms `[n, 1, bins, frames]`
 * @param moments of the taps of each group of Conv1's filters by name ({@link tapMoments}); absent: Conv1 is computed without them
 * @returns logits `[n, classes]`, and for each batch norm the statistics of this batch
 */
export function trainingNetwork(x: Tensor, parameters: Tensors, architecture: Architecture, moments?: Tensors) {
  const statistics: Record<string, Tensor> = {};
  const maps = layers(architecture).reduce((input, { index, filters, pool }) => {
    const groups = filters.map(({ name, padding }) => ({ weight: parameters[name]!, padding }));
    const [gamma, beta] = [parameters[`bn${index}.weight`]!, parameters[`bn${index}.bias`]!];
    const options = { pool, epsilon: EPSILON };
    const { output, mean, variance }: ConvNormPoolResult = x.graph.scope(`conv${index}`, () => {
      if (index > 1 || !moments) return convNormPool(input, groups, gamma, beta, options);
      const ofGroups = filters.map(({ name }) => moments[name]!);
      return firstConvNormPool(input, groups, ofGroups, gamma, beta, options);
    });
    statistics[`bn${index}.running_mean`] = mean;
    statistics[`bn${index}.running_var`] = variance;
    return output; // [n, 16, 200, 100], [n, 32, 100, 50], [n, 48, 50, 25], [n, 64, 50, 25], [n, 80, 50, 25]
  }, x);
  const logits = x.graph.scope('head', () => HEADS[architecture.pooling](maps, parameters, architecture));
  return { logits, statistics };
}

/**
 * The network in use: batch normalisation takes the running statistics, folded into the convolutions, whose weights are constants.
 * One segment at a time, so that its maps stay in the processor's caches.
 *
 * @param x spectrograms `[n, 1, bins, frames]`
 * @param weights parameters and running statistics by name
 * @returns logits `[n, classes]`
 */
export function inferenceNetwork(
  x: Tensor,
  weights: Readonly<Record<string, Values>>,
  architecture: Architecture,
): Tensor {
  const head = HEADS[architecture.pooling];
  return inference(x, weights, architecture, (maps, parameters) => [head(maps, parameters, architecture)])[0]!;
}

/** What an attention-pooling network says, and the two maps it says it by. */
export interface ExplainedTensors {
  /** `[n, classes]` */
  readonly logits: Tensor;
  /** class-specific, `[n, classes, H, W]`: 50 x 25 cells of 80 Hz by 80 ms in the paper's network */
  readonly topDown: Tensor;
  /** class-agnostic, `[n, 1, H, W]`; its softmax where the architecture has one. The product of the two adds up to the logits */
  readonly bottomUp: Tensor;
}

/**
 * {@link inferenceNetwork}, and the attention maps of Eq. 7 beside the logits.
 *
 * @throws AttuneError `usage` where the network has no attention pooling
 */
export function explainedNetwork(
  x: Tensor,
  weights: Readonly<Record<string, Values>>,
  architecture: Architecture,
): ExplainedTensors {
  if (architecture.pooling !== 'attention')
    throw new AttuneError(
      'usage',
      `only attention pooling has attention maps, and this network has ${architecture.pooling} pooling; give a checkpoint that was trained with --pooling attention`,
    );
  const [logits, topDown, bottomUp] = inference(x, weights, architecture, (maps, parameters) => {
    const flat = attentionMaps(maps, parameters, architecture);
    const [, , height, width] = maps.shape as number[];
    const asMap = (map: Tensor) => f.reshape(map, [0, 0, height!, width!]);
    return [attentionLogits(flat, architecture), asMap(flat.topDown), asMap(flat.bottomUp)];
  });
  return { logits: logits!, topDown: topDown!, bottomUp: bottomUp! };
}

/** The trunk in use, and what `head` makes of its feature maps `[1, C, H, W]`. */
function inference(
  x: Tensor,
  weights: Readonly<Record<string, Values>>,
  architecture: Architecture,
  head: (maps: Tensor, parameters: Tensors) => readonly Tensor[],
): readonly Tensor[] {
  const ofHead = Object.entries(weights).filter(([name]) => !/^(conv|bn)\d/.test(name));
  return forEachSample([x], [], ([sample]) => {
    const maps = layers(architecture).reduce((input, layer) => {
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
function foldedConvolution(
  x: Tensor,
  { index, filters, channels }: Layer,
  weights: Readonly<Record<string, Values>>,
): Tensor {
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
