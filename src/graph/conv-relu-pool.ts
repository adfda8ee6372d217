import type { Filters } from './convolution-gradients.ts';
import { forEachSample } from './for-each-sample.ts';
import * as f from './functions.ts';
import type { Gradient, Tensor } from './graph.ts';
import { poolable } from './poolable.ts';
import { wholeConvolution } from './pooled-convolution.ts';
import { known } from './shapes.ts';

/**
 * Convolution, ReLU and 2x2 max-pool as one composite, equal to the chain of these operators up to rounding. ReLU is monotone, so the pool
 * comes first, and what follows works on a quarter of the data. An odd last row or column is convolved, but lies in no window of the pool.
 *
 *     z = conv(x, w) + b;  p = maxpool(z);  output = relu(p)
 *
 * @param x `[n, in, height, width]`
 * @param bias `[out]`
 * @returns `[n, out, height / 2, width / 2]`, rounded down
 */
export function convReluPool(x: Tensor, filters: Filters, bias: Tensor): Tensor {
  const { weight } = filters;
  const [height, width] = x.shape.slice(2) as [number, number];
  const out = known(weight.shape, 0);
  const { convolve, pool, maxima, unpool, gradients } =
    height % 2 || width % 2 ? wholeConvolution(filters, true, height, width) : poolable(filters, true, height, width);
  return x.graph.composite('ConvReluPool', [x, weight, bias], () => {
    const [output, p, z] = forEachSample([x], [], ([sample]) => {
      const own = convolve(sample!, weight, bias);
      const pooled = pool(own);
      return { outputs: [f.relu(pooled), pooled, own] };
    }).outputs as [Tensor, Tensor, Tensor];
    const gradient: Gradient = ([arrived], [inputNeeded]) => {
      const zero = x.graph.constant(new Float32Array(gradients.shape[0] * gradients.shape[1]), gradients.shape);
      const { states, outputs } = forEachSample([x, arrived!, p, z], [zero], ([xs, dy, pooled, own], [sum]) => {
        const masked = f.mul(dy!, f.isPositive(pooled!));
        const dz = unpool(masked, maxima(own!, pooled!, f.reaches));
        const added = gradients.add(xs!, dz, sum!);
        const ofBias = f.reduceSum(f.reshape(masked, [0, out, -1]), [2]); // each lies at its maximum, so the sum is the same
        return { states: [added.sum], outputs: [ofBias, ...(inputNeeded ? [added.inputGradient(weight)] : [])] };
      });
      return [outputs[1], gradients.finish(states[0]!), f.reduceSum(outputs[0]!, [0])];
    };
    return { outputs: [output], gradient };
  })[0]!;
}
