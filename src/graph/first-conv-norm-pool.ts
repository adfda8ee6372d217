import { AttuneError } from '../errors.ts';
import { splitChannels, splitMaps } from './channel-groups.ts';
import type { ConvNormPoolOptions, ConvNormPoolResult } from './conv-norm-pool.ts';
import type { Filters } from './convolution-gradients.ts';
import { forEachSample } from './for-each-sample.ts';
import * as f from './functions.ts';
import type { Tensor } from './graph.ts';
import { meanPool, meanPoolBack } from './mean-pool.ts';
import { poolable } from './poolable.ts';
import { known } from './shapes.ts';
import { batchMoments } from './tap-moments.ts';

/**
 * {@link convNormPool} of data: of an input that needs no gradient, and of which the moments of the filters' taps are known
 * ({@link tapMoments}). With P the taps at all n positions of a batch, mu their mean and C their covariance,
 *
 *     m = w mu;  v = w C w^T;  i = 1 / sqrt(v + epsilon);  z = relu(gamma i (w P - m) + beta);  output = pool(z)
 *
 * so that batch normalisation is part of the convolution's weights and bias. Back, with U what arrives at each position before ReLU (of a
 * max-pool at its maxima alone, of means at all of a window where z > 0) and D = U P^T,
 *
 *     dbeta = sum U;  dgamma = i (w D - m dbeta);  dw = gamma i (D - dbeta mu^T - dgamma i w C)
 *
 * The last two terms are what batch normalisation sends back at every position: here no pass over the positions is needed for them.
 *
 * @param x `[n, 1, height, width]`
 * @param filters groups whose outputs are joined along the channels
 * @param moments of each group, `[n, 1 + taps, taps]`
 * @param gamma `[channels]`
 * @param beta `[channels]`
 */
export function firstConvNormPool(
  x: Tensor,
  filters: readonly Filters[],
  moments: readonly Tensor[],
  gamma: Tensor,
  beta: Tensor,
  { pool, epsilon }: ConvNormPoolOptions,
): ConvNormPoolResult {
  const [, , height, width] = x.shape as number[];
  const weights = filters.map(({ weight }) => weight);
  const gammas = splitChannels(gamma, filters);
  const betas = splitChannels(beta, filters);
  let statistics!: Omit<ConvNormPoolResult, 'output'>;

  const [output] = x.graph.composite('FirstConvNormPool', [x, gamma, beta, ...weights], () => {
    const n = f.sizeOf(x); // batch * height * width
    const asRows = (kernels: Tensor) => f.reshape(kernels, [known(kernels.shape, 0), -1]); // [out, taps]
    const column = (perChannel: Tensor) => f.reshape(perChannel, [-1, 1]);
    const groups = filters.map(({ weight }, g) => {
      const rows = asRows(weight);
      const { mean, covariance } = batchMoments(moments[g]!);
      const m = f.reduceSum(f.mul(rows, mean), [1]); // [out], like all that has one value a channel
      const wC = f.matmul(rows, covariance);
      const v = f.maximum(f.reduceSum(f.mul(wC, rows), [1]), 0);
      const inverse = f.div(1, f.sqrt(f.add(v, epsilon)));
      return { rows, mean, m, wC, v, inverse, scale: f.mul(gammas[g]!, inverse) };
    });
    const joined = (of: (group: (typeof groups)[number]) => Tensor) => f.concat(groups.map(of), 0);
    statistics = {
      mean: joined(({ m }) => m),
      variance: f.mul(
        joined(({ v }) => v),
        f.div(n, f.sub(n, 1)),
      ),
    };

    const max = pool === true;
    const means = typeof pool === 'boolean' ? undefined : pool;
    const convolutions = filters.map((group) => poolable(group, max, height!, width!));
    const folded = groups.map(({ scale, m }, g) => ({
      weight: f.mul(weights[g]!, f.reshape(scale, [-1, 1, 1, 1])),
      bias: f.sub(betas[g]!, f.mul(scale, m)),
    }));
    // the way back asks of z only where its maxima are, or before means where it is above 0: kept in a quarter of the memory
    const [q, ...places] = forEachSample([x], [], ([sample]) => {
      const z = convolutions.map(({ convolve }, g) => f.relu(convolve(sample!, folded[g]!.weight, folded[g]!.bias)));
      if (means)
        return {
          outputs: [
            f.concat(
              z.map((maps) => meanPool(maps, means)),
              1,
            ),
            ...z.map((maps) => f.less(0, maps)),
          ],
        };
      const pooled = z.map((maps, g) => convolutions[g]!.pool(maps));
      const maxima = max ? z.map((maps, g) => convolutions[g]!.maxima(maps, pooled[g]!, f.equal)) : [];
      return { outputs: [f.concat(pooled, 1), ...maxima] };
    }).outputs as [Tensor, ...Tensor[]];

    const gradient = ([arrived]: readonly (Tensor | undefined)[], [inputNeeded]: readonly boolean[]) => {
      if (inputNeeded)
        throw new AttuneError(
          'graph',
          'the input of firstConvNormPool has no gradient; use convNormPool where it needs one',
        );
      const zeros = convolutions.map(({ gradients: { shape } }) =>
        x.graph.constant(new Float32Array(shape[0] * shape[1]), shape),
      );
      const backward = forEachSample(
        [x, arrived!, ...places, ...(means ? [] : [q])],
        zeros,
        ([xs, dy, ...kept], sums) => {
          const dqs = splitMaps(means ? dy! : f.mul(dy!, f.isPositive(kept.at(-1)!)), filters);
          const unpooled = convolutions.map(({ unpool }, g) => {
            if (means) return f.mul(meanPoolBack(dqs[g]!, means, [height!, width!]), f.toFloat(kept[g]!));
            return max ? unpool(dqs[g]!, f.toFloat(kept[g]!)) : dqs[g]!;
          });
          const sumOf = (maps: Tensor) => f.reduceSum(f.reshape(maps, [0, known(maps.shape, 1), -1]), [2]);
          return {
            states: convolutions.map(({ gradients }, g) => gradients.add(xs!, unpooled[g]!, sums[g]!).sum),
            outputs: [f.concat((means ? unpooled : dqs).map(sumOf), 1)], // maxima alone have a gradient: the sum of dq is the same
          };
        },
      );
      const dBeta = f.reduceSum(backward.outputs[0]!, [0]);
      const dBetas = splitChannels(dBeta, filters);
      const parts = groups.map(({ rows, mean, m, wC, inverse, scale }, g) => {
        const D = asRows(convolutions[g]!.gradients.finish(backward.states[g]!));
        const dGamma = f.mul(inverse, f.sub(f.reduceSum(f.mul(rows, D), [1]), f.mul(m, dBetas[g]!)));
        const everywhere = f.add(f.mul(column(dBetas[g]!), mean), f.mul(column(f.mul(dGamma, inverse)), wC));
        const dRows = f.mul(column(scale), f.sub(D, everywhere));
        return { dGamma, dWeight: f.reshape(dRows, weights[g]!.shape as number[]) };
      });
      const dGamma = f.concat(
        parts.map((part) => part.dGamma),
        0,
      );
      return [undefined, dGamma, dBeta, ...parts.map((part) => part.dWeight)];
    };
    return { outputs: [q], gradient };
  });
  return { output: output!, ...statistics };
}
