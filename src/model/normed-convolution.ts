import { type ConvNormPoolOptions, convNormPool } from '../graph/conv-norm-pool.ts';
import { firstConvNormPool } from '../graph/first-conv-norm-pool.ts';
import type { Padding } from '../graph/functions.ts';
import * as f from '../graph/functions.ts';
import type { Tensor } from '../graph/graph.ts';
import { momentsName } from './conv1-moments.ts';
import type { Tensors, Variable, Weights } from './network.ts';

/** A convolution without bias, and batch norm behind it. */
export interface NormedConvolution {
  /** counted from 1: the batch norm is named by it */
  readonly index: number;
  /** groups of filters side by side: name of the weight, its shape `[out, in, height, width]` and the zeros around the input */
  readonly filters: readonly { name: string; shape: readonly number[]; padding: Padding }[];
  /** of all groups */
  readonly channels: number;
}

export const volume = (shape: readonly number[]) => shape.reduce((product, d) => product * d, 1);
export const drawn = (shape: readonly number[], fanIn = volume(shape.slice(1))): Variable => ({
  ...{ shape, initial: { fanIn } },
});

/** What is learned, in the order in which data meets it: gamma starts as 1, beta as 0, all else is drawn. */
export const learnedOf = (all: readonly NormedConvolution[]): [string, Variable][] =>
  all.flatMap(({ index, filters, channels }): [string, Variable][] => [
    ...filters.map(({ name, shape }): [string, Variable] => [name, drawn(shape)]),
    [`bn${index}.weight`, { shape: [channels], initial: 1 }],
    [`bn${index}.bias`, { shape: [channels], initial: 0 }],
  ]);

/** The running statistics of batch normalisation. */
export const statisticsOf = (all: readonly NormedConvolution[]): Map<string, Variable> =>
  new Map(
    all.flatMap(({ index, channels }): [string, Variable][] => [
      [`bn${index}.running_mean`, { shape: [channels], initial: 0 }],
      [`bn${index}.running_var`, { shape: [channels], initial: 1, least: 0 }],
    ]),
  );

/**
 * The convolution in training, its batch norm, which takes the batch's own statistics, ReLU and the pool of the options.
 *
 * @param x `[n, in, height, width]`
 * @param moments of the taps of each group of filters ({@link momentsName}), where x is data; absent: it is computed without them
 * @returns the output ({@link ConvNormPoolResult}), and the statistics of this batch, by the names of the running ones
 */
export function convolutionInTraining(
  x: Tensor,
  { index, filters }: NormedConvolution,
  parameters: Tensors,
  options: ConvNormPoolOptions,
  moments?: Tensors,
): { readonly output: Tensor; readonly statistics: Tensors } {
  const groups = filters.map(({ name, padding }) => ({ weight: parameters[name]!, padding }));
  const [gamma, beta] = [parameters[`bn${index}.weight`]!, parameters[`bn${index}.bias`]!];
  const ofGroups = moments && filters.map(({ name }) => moments[momentsName(name)]!);
  const { output, mean, variance } = ofGroups
    ? firstConvNormPool(x, groups, ofGroups, gamma, beta, options)
    : convNormPool(x, groups, gamma, beta, options);
  return { output, statistics: { [`bn${index}.running_mean`]: mean, [`bn${index}.running_var`]: variance } };
}

/**
 * gamma (w x - mean) / sqrt(var + epsilon) + beta as a convolution: w gamma / sqrt(...) and beta - mean gamma / sqrt(...). Groups of
 * filters are added, each with zeros in place of the others': the runtime lays channels out in blocks of 16 and adds as it convolves,
 * so that this costs less than joining what two groups of 8 give.
 */
export function foldedConvolution(
  x: Tensor,
  { index, filters, channels }: NormedConvolution,
  weights: Weights,
  epsilon: number,
): Tensor {
  const numbers = (name: string) => weights[name]!.data as Float32Array;
  const [gamma, beta] = [numbers(`bn${index}.weight`), numbers(`bn${index}.bias`)];
  const [mean, variance] = [numbers(`bn${index}.running_mean`), numbers(`bn${index}.running_var`)];
  const scale = gamma.map((g, channel) => g / Math.sqrt(variance[channel]! + epsilon));
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
