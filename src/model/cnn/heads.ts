import * as f from '../../graph/functions.ts';
import type { Tensor } from '../../graph/graph.ts';
import type { CnnArchitecture, Pooling } from './architecture.ts';

/** Feature maps `[n, C, H, W]` to logits `[n, classes]`. */
export type Head = (
  maps: Tensor,
  parameters: Readonly<Record<string, Tensor>>,
  architecture: CnnArchitecture,
) => Tensor;

const linear = (x: Tensor, { 'fc.weight': weight, 'fc.bias': bias }: Readonly<Record<string, Tensor>>) =>
  f.add(f.matmul(x, f.transpose(weight!, [1, 0])), bias!);

/** Global average pooling (Eq. 3). */
const means: Head = (maps) => f.reduceMean(maps, [2, 3]);

/** Global average pooling, then a linear layer. */
const gap: Head = (maps, parameters, architecture) => linear(means(maps, parameters, architecture), parameters);

/**
 * Second-order pooling (Eq. 4): the mean outer product of the features, normalised.
 * Lin et al., Bilinear CNN models for fine-grained visual recognition, ICCV 2015, section 3.1.
 */
const outerProducts: Head = (maps, _, { bilinearNorm }) => {
  const [, channels, height, width] = maps.shape as number[];
  const X = f.reshape(maps, [0, channels!, height! * width!]);
  const outer = f.div(f.matmul(X, f.transpose(X, [0, 2, 1])), height! * width!); // [n, C, C]
  const flat = f.reshape(outer, [-1, channels! * channels!]);
  const signedSqrt = (x: Tensor) => f.mul(f.sign(x), f.sqrt(f.add(f.abs(x), 1e-12)));
  const l2 = (x: Tensor) => f.div(x, f.sqrt(f.maximum(f.reduceSum(f.mul(x, x), [1], true), 1e-24)));
  return bilinearNorm === 'sqrt-first' ? l2(signedSqrt(flat)) : signedSqrt(l2(flat));
};

/** Second-order pooling, then a linear layer. */
const bilinear: Head = (maps, parameters, architecture) =>
  linear(outerProducts(maps, parameters, architecture), parameters);

/** The two attention maps of Eq. 7, before they are multiplied. */
export function attentionMaps(
  maps: Tensor,
  parameters: Readonly<Record<string, Tensor>>,
  architecture: CnnArchitecture,
): { topDown: Tensor; bottomUp: Tensor } {
  const bottomUp = bottomUpMap(maps, parameters, architecture);
  const topDown = f.reshape(pointwise(maps, parameters, 'top_down'), [0, architecture.classes, -1]);
  return { topDown, bottomUp }; // Xa_k: [n, classes, H * W]
}

const pointwise = (maps: Tensor, parameters: Readonly<Record<string, Tensor>>, name: string) =>
  f.conv(maps, parameters[`${name}.weight`]!, [0, 0, 0, 0], parameters[`${name}.bias`]!);

/** Xb: [n, 1, H * W] */
const bottomUpMap: Head = (maps, parameters, { attentionSoftmax }) => {
  const map = f.reshape(pointwise(maps, parameters, 'bottom_up'), [0, 1, -1]);
  return attentionSoftmax ? f.softmax(map, 2) : map;
};

/** score(k) = 1^T (Xa_k o Xb), Eq. 8: the product of the two maps, summed. */
export const attentionLogits = (
  { topDown, bottomUp }: { topDown: Tensor; bottomUp: Tensor },
  { attentionScore }: CnnArchitecture,
): Tensor => (attentionScore === 'sum' ? f.reduceSum : f.reduceMean)(f.mul(topDown, bottomUp), [2]);

/** Attention pooling: Eq. 8, with the softmax over the bottom-up map of section 3.3. */
const attention: Head = (maps, parameters, architecture) =>
  attentionLogits(attentionMaps(maps, parameters, architecture), architecture);

export const HEADS: Readonly<Record<Pooling, Head>> = { attention, gap, bilinear };

/** The part of a head that knows the classes, and what it takes of feature maps. */
export interface LastLayer {
  readonly parameters: readonly string[];
  /** feature maps to `[n, inputs]` */
  readonly inputOf: Head;
  /** @param channels of the feature maps */
  inputs(channels: number): number;
  logits(input: Tensor, parameters: Readonly<Record<string, Tensor>>): Tensor;
}

/**
 * Eq. 8 with the sum over the map drawn in: 1^T (Xa_k o Xb) = a_k (X^T Xb) + bias 1^T Xb. The bottom-up map knows no class, so it belongs to
 * what comes before.
 */
const ATTENTION: LastLayer = {
  parameters: ['top_down.weight', 'top_down.bias'],
  inputs: (channels) => channels + 1,
  inputOf(maps, parameters, architecture) {
    const [, channels] = maps.shape as number[];
    const bottomUp = bottomUpMap(maps, parameters, architecture); // [n, 1, H * W]
    const over = (x: Tensor) => (architecture.attentionScore === 'sum' ? f.reduceSum : f.reduceMean)(x, [2]);
    return f.concat([over(f.mul(f.reshape(maps, [0, channels!, -1]), bottomUp)), over(bottomUp)], 1);
  },
  logits(input, { 'top_down.weight': weight, 'top_down.bias': bias }) {
    const classes = weight!.shape[0] as number;
    const joined = f.concat([f.reshape(weight!, [classes, -1]), f.reshape(bias!, [classes, 1])], 1);
    return f.matmul(input, f.transpose(joined, [1, 0]));
  },
};

const linearAfter = (inputOf: Head, inputs: LastLayer['inputs']): LastLayer => ({
  ...{ parameters: ['fc.weight', 'fc.bias'], inputs, inputOf, logits: linear },
});

export const LAST_LAYERS: Readonly<Record<Pooling, LastLayer>> = {
  attention: ATTENTION,
  gap: linearAfter(means, (channels) => channels),
  bilinear: linearAfter(outerProducts, (channels) => channels * channels),
};
