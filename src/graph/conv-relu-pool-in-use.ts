import * as f from './functions.ts';
import type { Tensor } from './graph.ts';
import type { Values } from './session.ts';
import { spectralWhereItPays } from './spectral-convolution.ts';

/**
 * Convolution, ReLU and 2x2 max-pool of weights that no longer change; of an odd side the last row or column is left out.
 *
 * @param x `[1, in, height, width]`
 * @param weight `[out, in, rows, columns]`
 * @param bias `[out]`
 * @param padding such that the convolution alone keeps height and width
 * @returns `[1, out, height / 2, width / 2]`, rounded down
 */
export function convReluPoolInUse(x: Tensor, weight: Values, bias: Values, padding: f.Padding): Tensor {
  const [w, b] = [weight, bias].map(({ data, shape }) => x.graph.constant(data as Float32Array, shape)) as [
    Tensor,
    Tensor,
  ];
  const [height, width] = x.shape.slice(2) as [number, number];
  const spectral = spectralWhereItPays({ weight: w, padding }, height, width);
  return f.maxPool(f.relu(spectral ? spectral.convolve(x, w, b) : f.conv(x, w, padding, b)));
}
