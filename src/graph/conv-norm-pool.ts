import { splitChannels, splitMaps } from './channel-groups.ts';
import type { Filters } from './convolution-gradients.ts';
import { forEachSample } from './for-each-sample.ts';
import * as f from './functions.ts';
import type { Tensor } from './graph.ts';
import { type MeanWindow, meanPool } from './mean-pool.ts';
import { poolable } from './poolable.ts';
import type { PooledConvolution } from './pooled-convolution.ts';
import { known } from './shapes.ts';

export interface ConvNormPoolOptions {
  /** at the end: a 2x2 max-pool, or means over windows of this size ({@link meanPool}) */
  readonly pool: boolean | MeanWindow;
  /** added to the variance before its square root */
  readonly epsilon: number;
}

export interface ConvNormPoolResult {
  /** `[n, channels, h, w]`; a max-pool halves h and w, windows of means divide them by their sides, rounded up */
  readonly output: Tensor;
  /** of the convolution's output over batch, height and width, `[channels]`; like the variance, nothing flows back through it */
  readonly mean: Tensor;
  /** the unbiased one, as running statistics take it, `[channels]` */
  readonly variance: Tensor;
}

/**
 * Convolution, batch normalisation over the batch's own statistics, ReLU and 2x2 max-pool as one composite, equal to the chain of
 * these operators up to rounding. Means, which are no monotone function of one position, come behind it.
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
  if (typeof pool !== 'boolean') {
    const { output, ...statistics } = convNormPool(x, filters, gamma, beta, { pool: false, epsilon });
    return { output: meanPool(output, pool), ...statistics };
  }
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
    const convolutions = filters.map((group) => poolable(group, pool, height!, width!));

    const forward = forEachSample([x], [], ([sample]) => {
      const groups = convolutions.map(({ convolve }, i) => convolve(sample!, signed[i]!, biases[i]!));
      const flat = groups.map((z) => f.reshape(z, [0, known(z.shape, 1), -1]));
      const pooled = pool
        ? [
            f.concat(
              groups.map((z, i) => convolutions[i]!.pool(z)),
              1,
            ),
          ]
        : [];
      return {
        outputs: [
          f.concat(
            flat.map((z) => f.reduceSum(z, [2])),
            1,
          ),
          f.concat(
            flat.map((z) => f.innerProducts(z, z)),
            1,
          ),
          ...groups,
          ...pooled,
        ],
      };
    }).outputs;
    const [sums, squares] = forward as [Tensor, Tensor];
    const z = forward.slice(2, 2 + filters.length);
    const p = pool ? forward.at(-1)! : f.concat(z, 1);
    const perChannel = (rows: Tensor) => sumCopies(f.reduceSum(rows, [0]), convolutions, filters);

    const n = f.div(f.sizeOf(x), inputs!); // batch * height * width
    const m = f.div(perChannel(sums), n);
    const v = f.maximum(f.sub(f.div(perChannel(squares), n), f.mul(m, m)), 0);
    const inverse = f.div(1, f.sqrt(f.add(v, epsilon)));
    const k = f.mul(f.abs(gamma), inverse);
    const offset = f.sub(beta, f.mul(m, k));
    const [q] = forEachSample([p], [], ([ps]) => ({ outputs: [f.relu(f.scaleChannels(ps!, k, offset))] })).outputs as [
      Tensor,
    ];
    statistics = { mean: f.mul(s, f.add(m, f.concat(shifts, 0))), variance: f.mul(v, f.div(n, f.sub(n, 1))) };

    const gradient = ([arrived]: readonly (Tensor | undefined)[], [inputNeeded]: readonly boolean[]) => {
      const [dq, betaSums, gammaSums] = forEachSample([arrived!, q, p], [], ([dy, y, pooled]) => {
        const masked = f.mul(dy!, f.isPositive(y!));
        const flat = f.reshape(masked, [0, channels, -1]);
        const dGamma = f.innerProducts(flat, f.reshape(pooled!, [0, channels, -1]));
        return { outputs: [masked, f.reduceSum(flat, [2]), dGamma] };
      }).outputs as [Tensor, Tensor, Tensor];
      const dBeta = f.reduceSum(betaSums, [0]);
      const g = f.mul(inverse, f.sub(f.reduceSum(gammaSums, [0]), f.mul(m, dBeta))); // s dGamma

      // dz = unpool(k dq) + a z + c
      const a = f.neg(f.div(f.mul(f.mul(k, inverse), g), n));
      const c = f.neg(f.add(f.div(f.mul(k, dBeta), n), f.mul(a, m)));
      const [scales, offsets] = [a, c].map((values) =>
        splitChannels(values, filters).map((part, i) => f.concat(Array(convolutions[i]!.copies).fill(part), 0)),
      ) as [Tensor[], Tensor[]];
      const zeros = convolutions.map(({ gradients: { shape } }) =>
        x.graph.constant(new Float32Array(shape[0] * shape[1]), shape),
      );
      const backward = forEachSample([x, dq, ...(pool ? [p] : []), ...z], zeros, ([xs, dqs, ...rest], sums) => {
        const kdq = splitMaps(f.mul(dqs!, f.reshape(k, [1, -1, 1, 1])), filters);
        const ps = pool ? splitMaps(rest.shift()!, filters) : [];
        const dz = rest.map((zs, i) => {
          const { maxima, unpool } = convolutions[i]!;
          const unpooled = pool ? unpool(kdq[i]!, maxima(zs, ps[i]!, f.reaches)) : kdq[i]!;
          return f.add(unpooled, f.scaleChannels(zs, scales[i]!, offsets[i]!));
        });
        const added = convolutions.map(({ gradients }, i) => gradients.add(xs!, dz[i]!, sums[i]!));
        return {
          states: added.map(({ sum }) => sum),
          outputs: inputNeeded ? [added.map(({ inputGradient }, i) => inputGradient(signed[i]!)).reduce(f.add)] : [],
        };
      });
      const dWeights = convolutions.map(({ gradients }, i) =>
        f.mul(gradients.finish(backward.states[i]!), f.reshape(signs[i]!, [-1, 1, 1, 1])),
      );
      return [backward.outputs[0], f.mul(s, g), dBeta, ...dWeights];
    };
    return { outputs: [q], gradient };
  });
  return { output: output!, ...statistics };
}

/** Sums over the copies of each channel: `[copies * out]` of all groups in a row to `[channels]`. */
function sumCopies(rows: Tensor, convolutions: readonly PooledConvolution[], filters: readonly Filters[]): Tensor {
  let end = 0;
  const parts = convolutions.map(({ copies }, i) => {
    const start = end;
    end += copies * known(filters[i]!.weight.shape, 0);
    return f.reduceSum(f.reshape(f.slice(rows, [0], [start], [end]), [copies, -1]), [0]);
  });
  return f.concat(parts, 0);
}
