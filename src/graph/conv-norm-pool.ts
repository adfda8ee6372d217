import { forEachSample } from './for-each-sample.ts';
import * as f from './functions.ts';
import type { Tensor } from './graph.ts';
import { im2col } from './im2col.ts';
import { known } from './shapes.ts';

/** A group of filters of one shape: weights `[out, in, height, width]`, and zeros around the input. */
export interface Filters {
  readonly weight: Tensor;
  readonly padding: f.Padding;
}

export interface ConvNormPoolOptions {
  /** 2x2 max-pool at the end */
  readonly pool: boolean;
  /** added to the variance before its square root */
  readonly epsilon: number;
}

export interface ConvNormPoolResult {
  /** `[n, channels, h, w]`, h and w halved by the pool */
  readonly output: Tensor;
  /** of the convolution's output over batch, height and width, `[channels]` */
  readonly mean: Tensor;
  /** the unbiased one, as running statistics take it, `[channels]` */
  readonly variance: Tensor;
}

/**
 * Convolution, batch normalisation over the batch's own statistics, ReLU and 2x2 max-pool as one composite, equal to the chain of
 * these operators up to rounding.
 *
 * ReLU and normalisation are monotone in each channel, so with the sign of gamma folded into the weights the pool can come first and
 * all that follows works on a quarter of the data:
 *
 *     s = -1 where gamma < 0, else 1;  z = conv(x, w s) - c;  m, v = mean and variance of z
 *     k = |gamma| / sqrt(v + epsilon);  p = maxpool(z);  output = relu(k p + beta - m k)
 *
 * The shift c is the convolution of the input's mean; it cancels out, and keeps m near 0, where v = mean(z^2) - m^2 is exact enough.
 *
 * @param x `[n, in, height, width]`
 * @param filters groups whose outputs are joined along the channels
 * @param gamma `[channels]`
 * @param beta `[channels]`
 */
export function convNormPool(
  x: Tensor,
  filters: readonly Filters[],
  gamma: Tensor,
  beta: Tensor,
  { pool, epsilon }: ConvNormPoolOptions,
): ConvNormPoolResult {
  const [, inputs, height, width] = x.shape as number[];
  const channels = known(gamma.shape, 0);
  const size = height! * width!;
  let statistics!: Omit<ConvNormPoolResult, 'output'>;

  const [output] = x.graph.composite('ConvNormPool', [x, gamma, beta, ...filters.map((group) => group.weight)], () => {
    const s = f.where(f.less(gamma, 0), -1, 1);
    const signs = splitChannels(s, filters);
    const signed = filters.map(({ weight }, i) => f.mul(weight, f.reshape(signs[i]!, [-1, 1, 1, 1])));
    const inputMean = f.reduceMean(f.reduceMean(f.reshape(x, [0, inputs!, size]), [2]), [0]); // [in]
    const shifts = signed.map((w) => f.reduceSum(f.mul(w, f.reshape(inputMean, [1, inputs!, 1, 1])), [1, 2, 3])); // [out] each
    const biases = shifts.map(f.neg);

    const forward = forEachSample([x], [], ([sample]) => {
      const z = f.concat(signed.map((w, i) => f.conv(sample!, w, filters[i]!.padding, biases[i])), 1);
      const flat = f.reshape(z, [channels, size]);
      const sum = f.reduceSum(flat, [1]);
      return {
        outputs: [z, ...(pool ? [f.maxPool(z)] : []), f.reshape(sum, [1, -1]), f.reshape(f.innerProducts(flat, flat), [1, -1])],
      };
    }).outputs;
    const [z, p, sums, squares] = pool ? (forward as [Tensor, Tensor, Tensor, Tensor]) : [forward[0]!, ...forward as [Tensor, Tensor, Tensor]];

    const n = f.div(f.sizeOf(x), inputs!); // batch * height * width
    const m = f.div(f.reduceSum(sums, [0]), n);
    const v = f.maximum(f.sub(f.div(f.reduceSum(squares, [0]), n), f.mul(m, m)), 0);
    const inverse = f.div(1, f.sqrt(f.add(v, epsilon)));
    const k = f.mul(f.abs(gamma), inverse);
    const q = f.relu(f.scaleChannels(p, k, f.sub(beta, f.mul(m, k))));
    statistics = { mean: f.mul(s, f.add(m, f.concat(shifts, 0))), variance: f.mul(v, f.div(n, f.sub(n, 1))) };

    const gradient = ([arrived]: readonly (Tensor | undefined)[], [inputNeeded]: readonly boolean[]) => {
      const [dq, betaSums, gammaSums] = forEachSample([arrived!, q, p], [], ([dy, y, pooled]) => {
        const masked = f.mul(dy!, f.toFloat(f.greater(y!, 0)));
        const flat = f.reshape(masked, [channels, -1]);
        const dBeta = f.reduceSum(flat, [1]);
        return {
          outputs: [masked, f.reshape(dBeta, [1, -1]), f.reshape(f.innerProducts(flat, f.reshape(pooled!, [channels, -1])), [1, -1])],
        };
      }).outputs as [Tensor, Tensor, Tensor];
      const dBeta = f.reduceSum(betaSums, [0]);
      const g = f.mul(inverse, f.sub(f.reduceSum(gammaSums, [0]), f.mul(m, dBeta))); // s dGamma

      // dz = unpool(k dq) + a z + c
      const a = f.neg(f.div(f.mul(f.mul(k, inverse), g), n));
      const c = f.neg(f.add(f.div(f.mul(k, dBeta), n), f.mul(a, m)));
      const taps = filters.map(({ weight }) => known(weight.shape, 1) * known(weight.shape, 2) * known(weight.shape, 3));
      const zeros = x.graph.constant(
        new Float32Array(channels * taps.reduce((sum, t) => sum + t)),
        [taps.reduce((sum, t) => sum + t), channels],
      );
      const backward = forEachSample([z, dq, x, ...(pool ? [p] : [])], [zeros], ([zs, dqs, xs, ps], [sum]) => {
        const kdq = f.mul(dqs!, f.reshape(k, [1, -1, 1, 1]));
        const sparse = ps ? unpool(kdq, zs!, ps) : kdq;
        const dz = f.add(sparse, f.scaleChannels(zs!, a, c));
        const patches = im2col(xs!, filters.map(kernelOf)); // [1, taps, size]
        const flat = f.reshape(dz, [channels, size]);
        return {
          states: [f.gemm(f.reshape(patches, [-1, size]), flat, sum!, { b: true })],
          outputs: inputNeeded ? [convolveBack(dz, signed, filters)] : [],
        };
      });
      const products = weightGradients(backward.states[0]!, filters);
      return [
        backward.outputs[0],
        f.mul(s, g),
        dBeta,
        ...products.map((dw, i) => f.mul(dw, f.reshape(signs[i]!, [-1, 1, 1, 1]))),
      ];
    };
    return { outputs: [q], gradient };
  });
  return { output: output!, ...statistics };
}

const kernelOf = ({ weight, padding }: Filters) => ({
  height: known(weight.shape, 2),
  width: known(weight.shape, 3),
  padding,
});

/** Sends each pooled gradient to where its window's maximum stood; equal maxima share it. */
function unpool(gradient: Tensor, z: Tensor, pooled: Tensor): Tensor {
  const chosen = f.toFloat(f.equal(z, f.upsample(pooled)));
  return f.mul(chosen, f.upsample(f.div(gradient, f.mul(f.averagePool(chosen), 4))));
}

/** Cuts `[channels]` or `[rows, channels]` into one piece for each group of filters. */
function splitChannels(x: Tensor, filters: readonly Filters[]): Tensor[] {
  let end = 0;
  return filters.map(({ weight }) => {
    const start = end;
    end += known(weight.shape, 0);
    return filters.length === 1 ? x : f.slice(x, [x.shape.length - 1], [start], [end]);
  });
}

/** The weights' gradients, each of its weight's shape, from the products of all patches with all channels `[taps, channels]`. */
function weightGradients(products: Tensor, filters: readonly Filters[]): Tensor[] {
  let end = 0;
  return splitChannels(products, filters).map((columns, i) => {
    const [out, inputs, height, width] = filters[i]!.weight.shape as number[];
    const start = end;
    end += inputs! * height! * width!;
    const rows = f.slice(columns, [0], [start], [end]);
    return f.transpose(f.reshape(rows, [height!, width!, inputs!, out!]), [3, 2, 0, 1]);
  });
}

/** The convolution's gradient with respect to its input: dz correlated with the kernels turned by 180 degrees. */
function convolveBack(dz: Tensor, weights: readonly Tensor[], filters: readonly Filters[]): Tensor {
  let end = 0;
  const parts = weights.map((weight, i) => {
    const start = end;
    end += known(weight.shape, 0);
    const { height, width, padding } = kernelOf(filters[i]!);
    const turned = f.slice(f.transpose(weight, [1, 0, 2, 3]), [2, 3], [-1, -1], [-1e6, -1e6], [-1, -1]);
    const channels = weights.length === 1 ? dz : f.slice(dz, [1], [start], [end]);
    return f.conv(channels, turned, [
      height - 1 - padding[0],
      width - 1 - padding[1],
      height - 1 - padding[2],
      width - 1 - padding[3],
    ]);
  });
  return parts.reduce(f.add);
}
