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

/** Global average pooling (Eq. 3), then a linear layer. */
const gap: Head = (maps, parameters) => linear(f.reduceMean(maps, [2, 3]), parameters);

/**
 * Second-order pooling (Eq. 4): the mean outer product of the features, normalised, then a linear layer.
 * Lin et al., Bilinear CNN models for fine-grained visual recognition, ICCV 2015, section 3.1.
 */
const bilinear: Head = (maps, parameters, { bilinearNorm }) => {
  const [, channels, height, width] = maps.shape as number[];
  const X = f.reshape(maps, [0, channels!, height! * width!]);
  const outer = f.div(f.matmul(X, f.transpose(X, [0, 2, 1])), height! * width!); // [n, C, C]
  const flat = f.reshape(outer, [-1, channels! * channels!]);
  const signedSqrt = (x: Tensor) => f.mul(f.sign(x), f.sqrt(f.add(f.abs(x), 1e-12)));
  const l2 = (x: Tensor) => f.div(x, f.sqrt(f.maximum(f.reduceSum(f.mul(x, x), [1], true), 1e-24)));
  return linear(bilinearNorm === 'sqrt-first' ? l2(signedSqrt(flat)) : signedSqrt(l2(flat)), parameters);
};

/** The two attention maps of Eq. 7, before they are multiplied. */
export function attentionMaps(
  maps: Tensor,
  parameters: Readonly<Record<string, Tensor>>,
  { attentionSoftmax, classes }: CnnArchitecture,
): { topDown: Tensor; bottomUp: Tensor } {
  const map = (name: string) => f.conv(maps, parameters[`${name}.weight`]!, [0, 0, 0, 0], parameters[`${name}.bias`]!);
  const bottomUp = f.reshape(map('bottom_up'), [0, 1, -1]); // Xb: [n, 1, H * W]
  return {
    topDown: f.reshape(map('top_down'), [0, classes, -1]), // Xa_k: [n, classes, H * W]
    bottomUp: attentionSoftmax ? f.softmax(bottomUp, 2) : bottomUp,
  };
}

/** score(k) = 1^T (Xa_k o Xb), Eq. 8: the product of the two maps, summed. */
export const attentionLogits = (
  { topDown, bottomUp }: { topDown: Tensor; bottomUp: Tensor },
  { attentionScore }: CnnArchitecture,
): Tensor => (attentionScore === 'sum' ? f.reduceSum : f.reduceMean)(f.mul(topDown, bottomUp), [2]);

/** Attention pooling: Eq. 8, with the softmax over the bottom-up map of section 3.3. */
const attention: Head = (maps, parameters, architecture) =>
  attentionLogits(attentionMaps(maps, parameters, architecture), architecture);

export const HEADS: Readonly<Record<Pooling, Head>> = { attention, gap, bilinear };
